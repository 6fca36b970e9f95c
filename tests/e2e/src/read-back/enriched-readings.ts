import { isDeepStrictEqual } from 'node:util';
import { readDeadLetterHeaders, statedTime, type KafkaClient } from '@sluice/kafka';
import { deadLetterTopic, iotEvent, iotReading } from '@sluice/contracts';
import type { Codec } from '@sluice/schema-registry';
import type { SyntheticReadings } from '../loads/synthetic-readings.ts';
import { eachEvent } from './topic-events.ts';

/** What became of readings, by what a reader of committed records sees. */
export interface EnrichedReadings {
  events: number;
  deadLetters: number;
  /** Castable readings without an event, and others without a dead letter. */
  lost: number;
  /** Readings with more than one event or dead letter. */
  duplicates: number;
  /** Events that do not match their reading, or should not exist. */
  wrong: number;
  /** The last offset of each partition of `iot-events`. */
  lastOffsets: Map<number, bigint>;
  /** Events and the sum of their temperatures, by minute and device. */
  temperatures: Map<string, { count: number; sum: number }>;
}

export const temperatureKey = (timeMs: number, device: string): string => `${Math.floor(timeMs / 60_000)} ${device}`;

/** Compares every event and dead letter with its reading. @param count of readings */
export async function enrichedReadings(
  access: { kafka: KafkaClient; codec: Codec; signal: AbortSignal },
  readings: SyntheticReadings,
  count: number,
): Promise<EnrichedReadings> {
  const outcomes = new Uint8Array(count);
  const temperatures: EnrichedReadings['temperatures'] = new Map();
  let [events, deadLetters, wrong] = [0, 0, 0];

  const lastOffsets = await eachEvent(access, iotEvent, (event, record) => {
    events++;
    const timeMs = statedTime(record) ?? Number.NaN;
    const n = readings.numberOf(event.uuid);
    outcomes[n] = (outcomes[n] ?? 0) + 1;
    if (!isDeepStrictEqual({ ...event }, readings.event(n)) || timeMs !== event.device_ts.getTime()) wrong++;
    const key = temperatureKey(timeMs, event.device_id);
    const sums = temperatures.get(key) ?? { count: 0, sum: 0 };
    temperatures.set(key, { count: sums.count + 1, sum: sums.sum + event.temp_celsius });
  });
  await eachEvent(access, { ...iotReading, topic: deadLetterTopic(iotReading.topic) }, (reading, { headers }) => {
    deadLetters++;
    const n = readings.numberOf(reading.uuid);
    outcomes[n] = (outcomes[n] ?? 0) + 1;
    if (readings.event(n) !== undefined || readDeadLetterHeaders(headers)?.by !== 'iot-enrich') wrong++;
  });
  const having = (is: (times: number) => boolean) => outcomes.reduce((sum, times) => sum + (is(times) ? 1 : 0), 0);
  return {
    events,
    deadLetters,
    lost: having((times) => times === 0),
    duplicates: having((times) => times > 1),
    wrong,
    lastOffsets,
    temperatures,
  };
}
