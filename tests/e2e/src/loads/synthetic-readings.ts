import type { IotEvent, IotReading } from '@sluice/contracts';

/** Readings that follow from their number alone, and what has to become of them. */
export interface SyntheticReadings {
  reading(n: number): IotReading;
  /** The number in a reading's uuid. */
  numberOf(uuid: string): number;
  /** What comes of a reading; undefined where it cannot be cast. */
  event(n: number): IotEvent | undefined;
}

const devices = 500;

/** One in so many cannot be cast. */
const badEvery = 997;
const badTexts = ['', 'NaN', '1,5', 'n/a', '99999999999'];
const badFields = ['device_ts', 'device_temp', 'track_id', 'activity_type'] as const;

/**
 * Some of the readings come later than others that were measured after them, and their times are in each of the forms that devices have.
 *
 * @param startMs when the first one is measured
 * @param perSecond how many are measured in a second
 */
export function syntheticReadings(startMs: number, perSecond: number): SyntheticReadings {
  const timeMs = (n: number) => startMs + Math.floor((n * 1000) / perSecond) - (n % 7) * 500;
  // Eighths, whose sums are exact.
  const celsius = (n: number) => ((n * 7) % 600) / 8 - 20;
  const isBad = (n: number) => n % badEvery === badEvery - 1;

  return {
    reading(n) {
      const reading: IotReading = {
        uuid: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
        device_ts: timeText(timeMs(n), n),
        device_id: `device-${n % devices}`,
        device_temp: String(celsius(n)),
        track_id: String(n % 40),
        activity_type: String(n % 5),
        received: new Date(startMs + Math.floor((n * 1000) / perSecond)),
      };
      if (!isBad(n)) return reading;
      const turn = Math.floor(n / badEvery);
      const field = badFields[turn % badFields.length] ?? 'track_id';
      return { ...reading, [field]: badTexts[turn % badTexts.length] ?? '' };
    },
    numberOf: (uuid) => Number(uuid.slice(-12)),
    event(n) {
      if (isBad(n)) return undefined;
      return {
        uuid: this.reading(n).uuid,
        device_ts: new Date(timeMs(n)),
        device_id: `device-${n % devices}`,
        device_temp: Math.trunc(celsius(n)) + 0,
        track_id: n % 40,
        activity_type: n % 5,
        temp_celsius: celsius(n),
        temp_fahrenheit: celsius(n) * 1.8 + 32,
        received: this.reading(n).received,
      };
    },
  };
}

function timeText(ms: number, n: number): string {
  switch (n % 3) {
    case 0:
      return String(ms);
    case 1:
      return (ms / 1000).toFixed(3);
    default:
      return new Date(ms).toISOString();
  }
}
