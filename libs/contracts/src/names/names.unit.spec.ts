import { describe, expect, it } from 'vitest';
import { eventContract } from '../contract/event-contract.ts';
import {
  aliasName,
  deadLetterTopic,
  indexName,
  indexPattern,
  objectName,
  subjectName,
  tableName,
  templateName,
  topicName,
} from './names.ts';
import { shipLogSchema } from '../testing/ship-logs.ts';

const daily = eventContract(shipLogSchema({ rotation: 'day', timeZone: 'Asia/Seoul' }));
const timeMs = Date.parse('2026-03-05T15:30:00Z');

describe('the names of an event', () => {
  it('come from its topic', () => {
    expect(topicName(daily)).toBe('ship-logs');
    expect(deadLetterTopic('ship-logs')).toBe('ship-logs.dlq');
    expect(subjectName('ship-logs')).toBe('ship-logs-value');
    expect(aliasName(daily)).toBe('ship-logs');
    expect(templateName(daily)).toBe('ship-logs');
    expect(indexPattern(daily)).toBe('ship-logs-*');
  });

  it('an index carries the date of the event in the time zone of the contract', () => {
    expect(indexName(daily)(timeMs)).toBe('ship-logs-20260306');
  });

  it('an index that does not rotate has another name than its alias, and the pattern covers it', () => {
    const [name, later] = [0, timeMs].map(indexName(eventContract(shipLogSchema())));
    expect([name, later]).toEqual(['ship-logs-all', 'ship-logs-all']);
  });

  it('an object is named by its first record alone: the day in UTC, the partition and the offset in 20 digits', () => {
    expect(objectName(daily, 7, { offset: 42n, timeMs }, 'ndjson.gz')).toBe(
      'ship-logs/date=2026-03-05/7/00000000000000000042.ndjson.gz',
    );
    expect(objectName(daily, 0, { offset: 2n ** 63n - 1n, timeMs: -1 }, 'avro')).toBe(
      'ship-logs/date=1969-12-31/0/09223372036854775807.avro',
    );
  });

  it('an object of events whose index rotates by the hour is in a folder of its hour in UTC', () => {
    const hourly = eventContract(shipLogSchema({ rotation: 'hour', timeZone: 'Asia/Seoul' }));
    expect(objectName(hourly, 7, { offset: 42n, timeMs }, 'json.gz')).toBe(
      'ship-logs/date=2026-03-05/hour=15/7/00000000000000000042.json.gz',
    );
    expect(objectName(hourly, 0, { offset: 0n, timeMs: Date.parse('2026-03-05T09:59:59.999Z') }, 'avro')).toBe(
      'ship-logs/date=2026-03-05/hour=09/0/00000000000000000000.avro',
    );
  });

  it('a table has no characters that BigQuery lacks', () => {
    expect(tableName(daily, 'events')).toBe('events.ship_logs');
    expect(tableName(eventContract(shipLogSchema({ topic: 'ship-logs.v2' })), 'events')).toBe('events.ship_logs_v2');
  });
});
