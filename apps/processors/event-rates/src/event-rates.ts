import type { TopicOutput } from '@sluice/processor';
import type { EventRate } from '@sluice/contracts';
import type { CollectingSink, Collector } from '@sluice/sink';
import { measurementsOf } from './measurements.ts';
import { rateTable } from './rate-table.ts';
import { waitMs } from './wait.ts';

/** About how many rows are published together: this keeps a transaction small. */
const mostRows = 20_000;

/**
 * Counts events by minute of event time. A partition's events are collected until some time after a minute of the clock has ended, and
 * its rows are published with the offset up to which they count, in one transaction. The log is the only state: the next owner counts
 * again from that offset, so an event is in one row of each of its measures, whatever is killed.
 *
 * @param output the topic `event-rates`
 * @param latenessMs how long after the end of a minute its rows are published
 */
export function eventRates(output: TopicOutput<EventRate>, latenessMs: number): CollectingSink {
  return {
    outputTopics: [output.topic],
    gathersMs: 60_000 + latenessMs,
    open: (signal) => output.open(signal),
    collect({ topic, partition }): Collector {
      const measurements = measurementsOf(topic);
      const table = rateTable(topic, partition);
      let lastOffset = -1n;
      return {
        add(record) {
          // Before anything is counted: it throws where the record cannot be read.
          const found = measurements(record);
          const place = { timeMs: record.timestampMs, offset: record.offset };
          table.add(place, 'events', topic);
          for (const { measure, subject, value } of found) table.add(place, measure, subject, value);
          lastOffset = record.offset;
          return true;
        },
        get bytes() {
          return table.bytes;
        },
        get isComplete() {
          return table.size >= mostRows;
        },
        waitMs: waitMs(Date.now(), latenessMs),
        async deliver() {
          return { deliveredThrough: lastOffset, outputs: table.rows().map((row) => output.encode(row)) };
        },
      };
    },
    async close() {},
  };
}
