const dayMs = 86_400_000;

/** BigQuery's years, which have four digits. Outside them a date has no form that all destinations read. */
const calendar = {
  first: new Date('0001-01-01T00:00:00Z').getTime(),
  last: new Date('9999-12-31T23:59:59.999Z').getTime(),
};

const pad = (value: number, digits: number) => String(value).padStart(digits, '0');

/**
 * Dates and times of Avro's logical types as ISO 8601 text. Values outside the years 0001 to 9999 are returned unchanged. Remembers the
 * last day, because the events of a batch mostly share it.
 */
export class DateText {
  #day = Number.NaN;
  #dayText = '';

  #dateOf(day: number): string {
    if (day !== this.#day) {
      this.#dayText = new Date(day * dayMs).toISOString().slice(0, 10);
      this.#day = day;
    }
    return this.#dayText;
  }

  /** The date that `moveTo` found, followed by a T: eleven bytes. */
  readonly prefix = Buffer.alloc(11);
  /** Milliseconds since that day began. */
  millisOfDay = 0;
  #prefixDay = Number.NaN;

  /** Finds the day of a timestamp. @returns false when it is outside the calendar */
  moveTo(millis: number): boolean {
    if (millis < calendar.first || millis > calendar.last) return false;
    const day = Math.floor(millis / dayMs);
    this.millisOfDay = millis - day * dayMs;
    if (day !== this.#prefixDay) {
      this.prefix.write(`${this.#dateOf(day)}T`, 'latin1');
      this.#prefixDay = day;
    }
    return true;
  }

  date(days: number | bigint): string | number | bigint {
    if (typeof days === 'bigint' || days * dayMs < calendar.first || days * dayMs > calendar.last) return days;
    return this.#dateOf(days);
  }

  /** @param units milliseconds for 3 digits, microseconds for 6 */
  timeOfDay(units: number | bigint, digits: 3 | 6): string | number | bigint {
    const perSecond = 10 ** digits;
    if (typeof units === 'bigint' || units < 0 || units >= 86_400 * perSecond) return units;
    return this.#clock(Math.floor(units / perSecond), units % perSecond, digits);
  }

  /** @param units milliseconds for 3 digits, microseconds for 6, nanoseconds for 9, since the epoch */
  timestamp(units: number | bigint, digits: 3 | 6 | 9, zone: '' | 'Z'): string | number | bigint {
    const perMilli = BigInt(10 ** (digits - 3));
    const wide = typeof units === 'bigint' || digits === 9;
    // Division of bigints rounds towards zero; a time before the epoch needs the floor.
    const millis = wide ? Number(floorDiv(BigInt(units), perMilli)) : Math.floor(units / Number(perMilli));
    if (millis < calendar.first || millis > calendar.last) return units;
    const day = Math.floor(millis / dayMs);
    const second = Math.floor((millis - day * dayMs) / 1000);
    const perSecond = 10 ** digits;
    const fraction = wide
      ? Number(BigInt(units) - BigInt(day * 86_400 + second) * BigInt(perSecond))
      : units - (day * 86_400 + second) * perSecond;
    return `${this.#dateOf(day)}T${this.#clock(second, fraction, digits)}${zone}`;
  }

  #clock(second: number, fraction: number, digits: number): string {
    return `${pad(Math.floor(second / 3600), 2)}:${pad(Math.floor(second / 60) % 60, 2)}:${pad(second % 60, 2)}.${pad(fraction, digits)}`;
  }
}

function floorDiv(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value < 0n && quotient * divisor !== value ? quotient - 1n : quotient;
}
