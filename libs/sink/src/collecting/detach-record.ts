import { kafkaRecord, type KafkaRecord, type RecordHeaders } from '@sluice/kafka';

/** A copy that can be kept: a record's bytes lie among those of its whole fetch. */
export function detachRecord({ offset, timestampMs, isArrivalTime, key, value, headers }: KafkaRecord): KafkaRecord {
  return kafkaRecord({
    offset,
    timestampMs,
    isArrivalTime,
    key: key && Buffer.from(key),
    value: value && Buffer.from(value),
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, copied(text)])),
  });
}

const copied = (text: RecordHeaders[string]): RecordHeaders[string] => {
  if (text === undefined || typeof text === 'string') return text;
  return Buffer.isBuffer(text) ? Buffer.from(text) : text.map((one) => Buffer.from(one));
};
