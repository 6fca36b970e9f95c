import { describe, expect, it } from 'vitest';
import { epochTime, isoTime, tweetTime } from './times.ts';

const at = (iso: string) => Date.parse(iso);
const seed = Number(process.env['PROPERTY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

describe('ISO 8601', () => {
  it.each([
    ['2026-11-21T09:00Z', '2026-11-21T09:00:00.000Z'],
    ['2026-11-21T09:00:01Z', '2026-11-21T09:00:01.000Z'],
    ['2026-11-21T09:00:01.5Z', '2026-11-21T09:00:01.500Z'],
    ['2026-11-21T09:00:01,5Z', '2026-11-21T09:00:01.500Z'],
    ['2026-11-21T09:00:01.123999999Z', '2026-11-21T09:00:01.123Z'],
    ['2024-02-29T00:00:00-08:00', '2024-02-29T08:00:00.000Z'],
    ['2026-11-21T09:00:01+0930', '2026-11-20T23:30:01.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['1969-12-31T23:30:00-01:00', '1970-01-01T00:30:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s', (text, iso) => expect(isoTime(text)).toBe(at(iso)));

  it.each([
    ...['', '2026-11-21', '2026-11-21T09:00:00', '2026-11-21 09:00:00Z', '2026-11-21t09:00:00z', ' 2026-11-21T09:00Z'],
    ...['2026-02-30T09:20:48.424Z', '2026-02-29T00:00:00Z', '1900-02-29T00:00:00Z', '2026-11-31T00:00:00Z'],
    ...['2026-00-10T00:00Z', '2026-13-01T00:00Z', '2026-01-00T00:00Z', '2026-01-32T00:00Z'],
    ...['2026-02-28T24:00:00Z', '2026-01-01T00:60:00Z', '2016-12-31T23:59:60Z', '2026-01-01T00:00:00+24:00'],
    ...['2026-01-01T00:00:00+01:60', '2026-01-01T00:00:00+1:00', '2026-01-01T00:00:00.Z', '20261121T090000Z'],
    ...[
      '1969-12-31T23:59:59.999Z',
      '1970-01-01T00:00:00+01:00',
      '9999-12-31T23:59:59-01:00',
      '+010000-01-01T00:00:00Z',
    ],
    ...['0026-01-01T00:00:00Z', '２026-01-01T00:00:00Z', '2026-W10-1T00:00:00Z', '2026-1-1T00:00:00Z'],
  ])('%j is not a time', (text) => expect(isoTime(text)).toBeUndefined());

  it('is accepted of a changed text only where Date agrees about it', () => {
    let state = (seed % 2147483646) + 1;
    const draw = (below: number) => (state = (state * 48271) % 2147483647) % below;
    for (let run = 0; run < 20_000; run++) {
      const original = new Date(draw(253402300) * 1000_000 + draw(1000)).toISOString();
      const place = draw(original.length);
      const text = original.slice(0, place) + '0123456789T:-Z+. '.charAt(draw(17)) + original.slice(place + 1);
      const timeMs = isoTime(text);
      if (timeMs === undefined) continue;
      expect(new Date(timeMs).toISOString().slice(0, 10), `PROPERTY_SEED=${seed} ${text}`).toBe(text.slice(0, 10));
      expect(timeMs, `PROPERTY_SEED=${seed} ${text}`).toBe(Date.parse(text));
    }
  });
});

describe('a time as X writes it', () => {
  it.each([
    ['Wed Oct 10 20:19:24 +0000 2018', '2018-10-10T20:19:24.000Z'],
    ['Thu Feb 29 23:30:00 -0100 2024', '2024-03-01T00:30:00.000Z'],
  ])('%s is %s', (text, iso) => expect(tweetTime(text)).toBe(at(iso)));

  it.each([
    ...['', 'Thu Oct 10 20:19:24 +0000 2018', 'Wed Oct 10 20:19:24 2018', 'wed Oct 10 20:19:24 +0000 2018'],
    ...['Fri Feb 30 20:19:24 +0000 2018', 'Wed Foo 10 20:19:24 +0000 2018', 'Wed Oct 10 24:00:00 +0000 2018'],
    ...['2018-10-10T20:19:24Z', '10 Oct 2018', '2018'],
  ])('%j is not a time', (text) => expect(tweetTime(text)).toBeUndefined());
});

describe('a time in digits', () => {
  it.each([
    ['0', '1970-01-01T00:00:00.000Z'],
    ['1764000000', '2025-11-24T16:00:00.000Z'],
    ['1764000000.5', '2025-11-24T16:00:00.500Z'],
    ['1764000000123', '2025-11-24T16:00:00.123Z'],
  ])('%s is %s', (text, iso) => expect(epochTime(text)).toBe(at(iso)));

  it.each(['', '-1', '1e9', '0x10', ' 1', '1764000000123.5', '1764000000123456', '999999999999999999', 'NaN'])(
    '%j is not a time',
    (text) => expect(epochTime(text)).toBeUndefined(),
  );
});
