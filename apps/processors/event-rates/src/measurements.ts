import { hostMetrics, iotEvent, tweet, type EventContract } from '@sluice/contracts';
import type { SinkRecord } from '@sluice/sink';

/** Something that one event counts for: alone (`events`, `matches`), or with a value. */
interface Measurement {
  measure: 'matches' | 'cpu_percent' | 'temp_celsius';
  /** The keyword, host or device. */
  subject: string;
  value?: number;
}

type Measure = (record: SinkRecord) => Measurement[];

/** Ties a contract to what its events measure. Only these are decoded: all others are counted undecoded. */
const measured = <T>(contract: EventContract<T>, measure: (event: T) => Measurement[]): [string, Measure] => [
  contract.topic,
  (record) => measure((record as SinkRecord<T>).value),
];

const measures = new Map<string, Measure>([
  measured(tweet, ({ matched_keywords }) =>
    [...new Set(matched_keywords)].map((keyword) => ({ measure: 'matches', subject: keyword })),
  ),
  measured(hostMetrics, ({ host, cpu }) => {
    // Unknown in the first event after a start.
    const busy = cpu?.busy_percent ?? undefined;
    return busy === undefined ? [] : [{ measure: 'cpu_percent', subject: host, value: busy }];
  }),
  measured(iotEvent, ({ device_id, temp_celsius }) => [
    { measure: 'temp_celsius', subject: device_id, value: temp_celsius },
  ]),
]);

const nothing: Measure = () => [];

/** What events of a topic measure, in addition to their number. The function throws if a record cannot be read. */
export const measurementsOf = (topic: string): Measure => measures.get(topic) ?? nothing;
