import { deadLetterHeaders, deadLetterPlace, type KafkaRecord } from '@sluice/kafka';
import { deadLetterTopic, type StoredObject } from '@sluice/contracts';
import type { OutputRecord } from '@sluice/sink';
import { rowPlace, type StoredRows } from './stored-rows.ts';

/** A row that BigQuery refuses alone. */
export interface RefusedRow {
  readonly object: StoredObject;
  /** Its number in the object, from 0. */
  readonly row: number;
  readonly reason: string;
}

/** Reads records once more from Kafka, by partition and offset; those that Kafka no longer has are absent. */
export type Reread = (
  topic: string,
  places: readonly { partition: number; offset: bigint }[],
  signal: AbortSignal,
) => Promise<Map<string, KafkaRecord>>;

export const placeKey = (partition: number, offset: bigint): string => `${partition}/${offset}`;

/**
 * The dead letters of rows: the records as they are in Kafka, byte for byte, or the row where Kafka no longer has the record.
 *
 * @param by the sink's project name
 */
export async function deadLettersOf(
  refused: readonly RefusedRow[],
  {
    by,
    rows,
    reread,
    firstSeen,
    signal,
  }: { by: string; rows: StoredRows; reread: Reread; firstSeen: Date; signal: AbortSignal },
): Promise<OutputRecord[]> {
  const deadLetters: OutputRecord[] = [];
  for (const [topic, ofTopic] of Map.groupBy(refused, ({ object }) => object.topic)) {
    const cut: (RefusedRow & { bytes: Buffer; place: ReturnType<typeof rowPlace> })[] = [];
    for (const one of ofTopic) {
      const { rows: found } = await rows.cut(one.object, { from: one.row, to: one.row + 1 }, signal);
      const bytes = found[0] ?? Buffer.alloc(0);
      cut.push({ ...one, bytes, place: rowPlace(bytes, one.object.format) });
    }
    const places = cut.flatMap(({ place }) => (place === undefined ? [] : [place]));
    const records = await reread(topic, places, signal);
    for (const { object, place, bytes, reason } of cut) {
      const record = place && records.get(placeKey(place.partition, place.offset));
      const isThere = record !== undefined && record.value !== null;
      deadLetters.push({
        topic: deadLetterTopic(topic),
        key: isThere ? record.key : null,
        value: isThere && record.value !== null ? record.value : bytes,
        headers: deadLetterHeaders(isThere ? record.headers : {}, {
          by,
          topic,
          partition: place?.partition ?? object.partition,
          ...(place !== undefined && { offset: place.offset }),
          ...(isThere && place !== undefined && deadLetterPlace({ topic }, place.partition, record)),
          schemaId: object.schema_id,
          reason: isThere
            ? reason
            : `${reason}; the record is no longer in Kafka, so the value is its row in ${object.name}`,
          errorClass: 'refused',
          attempts: 1,
          firstSeen,
          deadSince: new Date(),
        }),
      });
    }
  }
  return deadLetters;
}
