import type { EventRate } from '@sluice/contracts';

const minuteMs = 60_000;

/** About how much memory a row takes, in addition to its subject. */
const rowBytes = 250;

interface Row {
  minuteMs: number;
  measure: string;
  subject: string;
  count: number;
  sum: number | undefined;
  firstOffset: bigint;
  lastOffset: bigint;
}

/** Counts and sums by minute, measure and subject: of records of one partition, in offset order. */
export interface RateTable {
  /** @param value what was measured; undefined where events are only counted */
  add(place: { timeMs: number; offset: bigint }, measure: string, subject: string, value?: number): void;
  readonly size: number;
  /** The memory it takes, about. */
  readonly bytes: number;
  rows(): EventRate[];
}

export function rateTable(topic: string, partition: number): RateTable {
  const byMinute = new Map<number, Map<string, Row>>();
  let size = 0;
  let bytes = 0;

  const rowsOf = (minute: number): Map<string, Row> => {
    let rows = byMinute.get(minute);
    if (rows === undefined) byMinute.set(minute, (rows = new Map()));
    return rows;
  };

  return {
    get size() {
      return size;
    },
    get bytes() {
      return bytes;
    },
    add({ timeMs, offset }, measure, subject, value) {
      const minute = Math.floor(timeMs / minuteMs) * minuteMs;
      const rows = rowsOf(minute);
      // A measure has no blank in it.
      const key = `${measure} ${subject}`;
      const row = rows.get(key);
      if (row === undefined) {
        const first = { count: 1, sum: value, firstOffset: offset, lastOffset: offset };
        rows.set(key, { minuteMs: minute, measure, subject, ...first });
        size++;
        bytes += rowBytes + 4 * subject.length;
        return;
      }
      row.count++;
      if (value !== undefined) row.sum = (row.sum ?? 0) + value;
      row.lastOffset = offset;
    },
    rows: () =>
      [...byMinute.values()].flatMap((rows) =>
        [...rows.values()].map(
          ({ minuteMs: minute, measure, subject, count, sum, firstOffset, lastOffset }): EventRate => ({
            minute: new Date(minute),
            measure,
            subject,
            count,
            sum: sum ?? null,
            average: sum === undefined ? null : sum / count,
            topic,
            partition,
            first_offset: Number(firstOffset),
            last_offset: Number(lastOffset),
          }),
        ),
      ),
  };
}
