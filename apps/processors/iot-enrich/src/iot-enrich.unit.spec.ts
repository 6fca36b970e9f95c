import { Refused } from '@sluice/processor';
import type { IotReading } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { castInteger } from './cast-integer.ts';
import { castTemperature, fahrenheit } from './cast-temperature.ts';
import { castTime } from './cast-time.ts';
import { enrichReading } from './iot-enrich.ts';

const seed = Number(process.env['PROPERTY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** Random numbers that a seed repeats (MINSTD). */
function draws(): (below: number) => number {
  console.log(`PROPERTY_SEED=${seed} ${expect.getState().currentTestName ?? ''}`);
  let state = (seed % 2147483646) + 1;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return Math.floor((state / 2147483647) * below);
  };
}
const runs = 5000;
/** Texts of the characters that numbers and times are made of, and others. */
const noise = (draw: (below: number) => number) =>
  Array.from({ length: draw(14) }, () => '0123456789+-.eETZ: ,xN\n٣'.charAt(draw(23))).join('');

const reading: IotReading = {
  uuid: '5f0c1e52-6f0a-4e1b-9d0c-3f1f5f2d9a11',
  device_ts: '1764000000123',
  device_id: 'device-7',
  device_temp: '21.5',
  track_id: '12',
  activity_type: '3',
  received: new Date('2026-11-24T16:00:01.000Z'),
};

describe('a whole number', () => {
  it('is cast when it fits 32 bits, and only then', () => {
    const draw = draws();
    for (let run = 0; run < runs; run++) {
      const number = (draw(2) === 0 ? 1 : -1) * draw(2 ** (1 + draw(40)));
      const fits = number >= -2147483648 && number <= 2147483647;
      expect(castInteger(String(number)), String(number)).toBe(fits ? number + 0 : undefined);
    }
  });

  it.each(['2147483647', '-2147483648', '0', '-0', '007'])('%s is one', (text) => {
    expect(castInteger(text)).toBe(Number(text) + 0);
  });

  it.each(['', ' 1', '1 ', '1.0', '1e3', '+1', '0x10', '2147483648', '-2147483649', 'NaN', 'Infinity', '１', '1_000'])(
    '%j is none',
    (text) => expect(castInteger(text)).toBeUndefined(),
  );

  it('is nothing but digits whatever the text is', () => {
    const draw = draws();
    for (let run = 0; run < runs; run++) {
      const text = noise(draw);
      if (castInteger(text) !== undefined) expect(text).toMatch(/^-?[0-9]+$/);
    }
  });
});

describe('a temperature', () => {
  it('is cast to the number that its text is', () => {
    const draw = draws();
    for (let run = 0; run < runs; run++) {
      const text = `${draw(1274) - 273}.${draw(10 ** (1 + draw(9)))}`;
      const number = Number(text);
      const isPossible = number >= -273.15 && number <= 1000;
      expect(castTemperature(text), text).toBe(isPossible ? number + 0 : undefined);
    }
  });

  it.each([
    ['-273.15', -273.15],
    ['1000', 1000],
    ['+21.5', 21.5],
    ['-0.0', 0],
    ['021', 21],
  ])('%s is %d degrees', (text, degrees) => expect(castTemperature(text)).toBe(degrees));

  it.each(['', '21,5', '21.', '.5', '21.5 C', '2e1', 'NaN', '-273.16', '1000.01', '9999', '12345', ' 21'])(
    '%j is none',
    (text) => expect(castTemperature(text)).toBeUndefined(),
  );

  it('in Fahrenheit is Celsius x 1.8 + 32', () => {
    expect([-40, 0, 100, 21.5].map(fahrenheit)).toEqual([-40, 32, 212, 21.5 * 1.8 + 32]);
  });
});

describe('a time', () => {
  const firstMs = Date.UTC(2000, 0, 1);
  const spanMs = Date.UTC(2100, 0, 1) - firstMs;

  it('is the same in each of its forms, to the millisecond', () => {
    const draw = draws();
    for (let run = 0; run < runs; run++) {
      const timeMs = firstMs + draw(spanMs);
      const seconds = `${Math.floor(timeMs / 1000)}`;
      const fraction = String(timeMs % 1000).padStart(3, '0');
      const offsetMinutes = draw(24 * 60 * 2 - 1) - (24 * 60 - 1);
      const local = new Date(timeMs + offsetMinutes * 60_000).toISOString().slice(0, -1);
      const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
      const offset = `${offsetMinutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
      const forms = [String(timeMs), `${seconds}.${fraction}`, new Date(timeMs).toISOString(), `${local}${offset}`];
      expect(forms.map(castTime), forms.join(' ')).toEqual(forms.map(() => timeMs));
      expect(castTime(seconds)).toBe(Number(seconds) * 1000);
    }
  });

  it('is within its years whatever the text is', () => {
    const draw = draws();
    for (let run = 0; run < runs; run++) {
      const timeMs = castTime(draw(2) === 0 ? noise(draw) : String(draw(2 ** 53)));
      if (timeMs === undefined) continue;
      expect(timeMs).toBeGreaterThanOrEqual(firstMs);
      expect(timeMs).toBeLessThan(firstMs + spanMs);
      expect(Number.isInteger(timeMs)).toBe(true);
    }
  });

  it.each([
    ['2026-11-21T09:00Z', '2026-11-21T09:00:00.000Z'],
    ['2026-11-21T09:00:01Z', '2026-11-21T09:00:01.000Z'],
    ['2026-11-21T09:00:01.5Z', '2026-11-21T09:00:01.500Z'],
    ['2026-11-21T09:00:01.123999999Z', '2026-11-21T09:00:01.123Z'],
    ['2024-02-29T00:00:00-08:00', '2024-02-29T08:00:00.000Z'],
    ['946684800', '2000-01-01T00:00:00.000Z'],
    ['4102444799.9999', '2099-12-31T23:59:59.999Z'],
    ['946684800000', '2000-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, iso) => expect(castTime(text)).toBe(Date.parse(iso)));

  it.each([
    ...['', '0', '946684799', '4102444800', '946684799999', '4102444800000', '1764000000123.5', '1764000000123456'],
    ...['-1764000000', '1.764e9', ' 1764000000', '2026-11-21', '2026-11-21T09:00:00', '2026-11-21 09:00:00Z'],
    ...['2026-02-29T00:00:00Z', '2026-04-31T00:00:00Z', '2026-13-01T00:00:00Z', '2026-00-10T00:00:00Z'],
    ...['2026-01-00T00:00:00Z', '2026-01-01T24:00:00Z', '2026-01-01T00:60:00Z', '2026-01-01T00:00:60Z'],
    ...['2026-01-01T00:00:00+24:00', '2026-01-01T00:00:00+01:60', '1999-12-31T23:59:59.999Z', '2100-01-01T00:00:00Z'],
    ...['20261121T090000Z', 'yesterday'],
  ])('%j is none', (text) => expect(castTime(text)).toBeUndefined());
});

describe('a reading', () => {
  it('becomes an event with numbers and times', () => {
    expect(enrichReading(reading)).toEqual({
      uuid: reading.uuid,
      device_ts: new Date(1764000000123),
      device_id: 'device-7',
      device_temp: 21,
      track_id: 12,
      activity_type: 3,
      temp_celsius: 21.5,
      temp_fahrenheit: 21.5 * 1.8 + 32,
      received: reading.received,
    });
  });

  it('below zero has whole degrees towards zero', () => {
    expect(enrichReading({ ...reading, device_temp: '-3.9' }).device_temp).toBe(-3);
    expect(enrichReading({ ...reading, device_temp: '-0.4' }).device_temp).toBe(0);
  });

  it.each(['uuid', 'device_ts', 'device_id', 'device_temp', 'track_id', 'activity_type'] as const)(
    'is refused without its %s, with the name of the field',
    (field) => expect(() => enrichReading({ ...reading, [field]: '' })).toThrow(new RegExp(`^${field} is [^;]+$`)),
  );

  it('is refused with all fields that are wrong, and none of what they contain', () => {
    const wrong = { ...reading, device_temp: 'secret-temp', track_id: 'secret-track' };
    const refusal = (() => {
      try {
        return enrichReading(wrong);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(Refused);
    expect(String(refusal)).toContain('device_temp is not a decimal number');
    expect(String(refusal)).toContain('; track_id is not a whole number');
    expect(String(refusal)).not.toContain('secret');
  });
});
