import { describe, expect, it } from 'vitest';
import { indexSuffix, isTimeZone, rotations, type Rotation } from './index-suffix.ts';
import { seededRandom } from '@sluice/random';

const suffix = (rotation: Rotation, timeZone: string, time: string) =>
  indexSuffix(rotation, timeZone)(new Date(time).getTime());

describe('indexSuffix', () => {
  it.each<[Rotation, string]>([
    ['none', ''],
    ['hour', '2026-03-05-15'],
    ['day', '20260305'],
    ['week', '2026-w10'],
    ['month', '2026-03'],
  ])('by %s is %j in UTC', (rotation, expected) => {
    expect(suffix(rotation, 'UTC', '2026-03-05T15:30:00Z')).toBe(expected);
  });

  it.each<[Rotation, string]>([
    ['none', ''],
    ['hour', '2026-03-01-00'],
    ['day', '20260301'],
    ['week', '2026-w09'],
    ['month', '2026-03'],
  ])('by %s is %j in Seoul, nine hours ahead', (rotation, expected) => {
    expect(suffix(rotation, 'Asia/Seoul', '2026-02-28T15:30:00Z')).toBe(expected);
  });

  it('begins anew with the first millisecond', () => {
    const byDay = indexSuffix('day', 'Asia/Seoul');
    const midnight = Date.parse('2026-03-06T00:00:00+09:00');
    expect([midnight - 1, midnight, midnight - 1].map(byDay)).toEqual(['20260305', '20260306', '20260305']);
  });

  it.each([
    ['2020-12-31', '2020-w53'],
    ['2021-01-03', '2020-w53'],
    ['2021-01-04', '2021-w01'],
    ['2024-12-29', '2024-w52'],
    ['2024-12-30', '2025-w01'],
    ['2026-12-31', '2026-w53'],
    ['2027-01-01', '2026-w53'],
    ['2027-01-04', '2027-w01'],
  ])('counts the weeks of ISO 8601: %s is in %s', (day, expected) => {
    expect(suffix('week', 'UTC', `${day}T12:00:00Z`)).toBe(expected);
  });
});

describe('indexSuffix by hour, where the clock changes', () => {
  it.each<[string, string, [string, string][]]>([
    [
      'America/New_York',
      'spring, which skips 02',
      [
        ['2026-03-08T06:59:59.999Z', '2026-03-08-01'],
        ['2026-03-08T07:00:00.000Z', '2026-03-08-03'],
      ],
    ],
    [
      'America/New_York',
      'autumn, which repeats 01',
      [
        ['2026-11-01T04:59:59.999Z', '2026-11-01-00'],
        ['2026-11-01T05:00:00.000Z', '2026-11-01-01'],
        ['2026-11-01T06:59:59.999Z', '2026-11-01-01'],
        ['2026-11-01T07:00:00.000Z', '2026-11-01-02'],
      ],
    ],
    [
      'Europe/Berlin',
      'spring, which skips 02',
      [
        ['2026-03-29T00:59:59.999Z', '2026-03-29-01'],
        ['2026-03-29T01:00:00.000Z', '2026-03-29-03'],
      ],
    ],
    [
      'Europe/Berlin',
      'autumn, which repeats 02',
      [
        ['2026-10-24T23:59:59.999Z', '2026-10-25-01'],
        ['2026-10-25T00:00:00.000Z', '2026-10-25-02'],
        ['2026-10-25T01:59:59.999Z', '2026-10-25-02'],
        ['2026-10-25T02:00:00.000Z', '2026-10-25-03'],
      ],
    ],
    [
      'Australia/Lord_Howe',
      'spring, which skips half of 02',
      [
        ['2026-10-03T15:29:59.999Z', '2026-10-04-01'],
        ['2026-10-03T15:30:00.000Z', '2026-10-04-02'],
        ['2026-10-03T15:59:59.999Z', '2026-10-04-02'],
        ['2026-10-03T16:00:00.000Z', '2026-10-04-03'],
      ],
    ],
    [
      'Australia/Lord_Howe',
      'autumn, which repeats half of 01',
      [
        ['2026-04-04T13:59:59.999Z', '2026-04-05-00'],
        ['2026-04-04T14:00:00.000Z', '2026-04-05-01'],
        ['2026-04-04T15:00:00.000Z', '2026-04-05-01'],
        ['2026-04-04T15:29:59.999Z', '2026-04-05-01'],
        ['2026-04-04T15:30:00.000Z', '2026-04-05-02'],
      ],
    ],
    [
      'America/St_Johns',
      'autumn, at one minute past midnight, back into the day before',
      [
        ['2006-10-29T02:29:59.999Z', '2006-10-28-23'],
        ['2006-10-29T02:30:00.000Z', '2006-10-29-00'],
        ['2006-10-29T02:30:59.999Z', '2006-10-29-00'],
        ['2006-10-29T02:31:00.000Z', '2006-10-28-23'],
        ['2006-10-29T03:30:00.000Z', '2006-10-29-00'],
      ],
    ],
    [
      'Africa/Monrovia',
      'a time whose offset has seconds',
      [
        ['1971-06-01T00:44:29.999Z', '1971-05-31-23'],
        ['1971-06-01T00:44:30.000Z', '1971-06-01-00'],
      ],
    ],
  ])('%s in %s', (timeZone, _, steps) => {
    const byHour = indexSuffix('hour', timeZone);
    // There and back: what is remembered from one step must not reach the next.
    for (const [time, expected] of [...steps, ...steps.toReversed()])
      expect(byHour(new Date(time).getTime()), time).toBe(expected);
  });

  it('names the days of the change by their local date', () => {
    const byDay = indexSuffix('day', 'Europe/Berlin');
    const days = (from: string, hours: number) =>
      Array.from({ length: hours }, (_, hour) => byDay(Date.parse(from) + hour * 3_600_000));
    const count = (names: string[], name: string) => names.filter((one) => one === name).length;
    expect(count(days('2026-03-28T12:00:00Z', 48), '20260329')).toBe(23);
    expect(count(days('2026-10-24T12:00:00Z', 48), '20261025')).toBe(25);
  });
});

describe('what indexSuffix remembers', () => {
  /** The same, computed afresh by the runtime's own calendar. */
  const fresh = (timeZone: string) => {
    const calendar = new Intl.DateTimeFormat('en-US-u-ca-iso8601', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      hourCycle: 'h23',
    });
    return (rotation: Rotation, timeMs: number): string => {
      const parts = Object.fromEntries(calendar.formatToParts(timeMs).map(({ type, value }) => [type, value]));
      const { year = '', month = '', day = '', hour = '' } = parts;
      if (rotation === 'hour') return `${year}-${month}-${day}-${hour}`;
      if (rotation === 'day') return `${year}${month}${day}`;
      if (rotation === 'month') return `${year}-${month}`;
      if (rotation === 'none') return '';
      // The week of ISO 8601 is that of its Thursday.
      const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
      const weekday = (new Date(date).getUTCDay() + 6) % 7;
      const thursday = new Date(date + (3 - weekday) * 86_400_000);
      const firstDay = Date.UTC(thursday.getUTCFullYear(), 0, 1);
      const week = Math.floor((thursday.getTime() - firstDay) / (7 * 86_400_000)) + 1;
      return `${thursday.getUTCFullYear()}-w${String(week).padStart(2, '0')}`;
    };
  };

  // Moments near which clocks changed, at odd minutes or by odd amounts among them.
  const moments = [
    '1979-09-30T10:40:00Z',
    '2006-10-29T02:31:00Z',
    '2011-03-31T22:01:00Z',
    '2020-10-03T16:01:00Z',
    '2026-03-29T01:00:00Z',
    '2026-04-04T15:00:00Z',
    '2026-11-01T06:00:00Z',
    '2027-01-01T00:00:00Z',
    '1972-01-07T00:44:30Z',
  ].map((time) => Date.parse(time));

  it.each([
    'UTC',
    'Asia/Seoul',
    'America/New_York',
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'America/St_Johns',
    'Asia/Gaza',
    'Antarctica/Casey',
    'Asia/Kathmandu',
    'Pacific/Chatham',
    'Pacific/Kiritimati',
    'Africa/Monrovia',
  ])('is what a fresh computation gives, in %s', (timeZone) => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const random = seededRandom(seed);
    const expected = fresh(timeZone);
    const remembering = rotations.map((rotation) => ({ rotation, of: indexSuffix(rotation, timeZone) }));
    const anywhere = Array.from({ length: 4 }, () => random.whole(Date.UTC(1960, 0), Date.UTC(2037, 0)));
    let time = 0;
    for (let step = 0; step < 260; step++) {
      // Mostly small steps, forth and back, as events come; now and then elsewhere.
      if (step % 20 === 0) time = [...moments, ...anywhere][step / 20] ?? time;
      time += random.whole(-60_000, 70_000);
      for (const { rotation, of } of remembering)
        expect(of(time), `${rotation} ${new Date(time).toISOString()}, seed ${seed}`).toBe(expected(rotation, time));
    }
  });
});

describe('isTimeZone', () => {
  it.each(['UTC', 'Asia/Seoul', 'America/Argentina/Ushuaia'])('knows %s', (name) =>
    expect(isTimeZone(name)).toBe(true),
  );
  it.each(['Mars/Olympus', '', 'Seoul'])('does not know %j', (name) => expect(isTimeZone(name)).toBe(false));
});
