import { deadLetterHeaders, type DeadLetter, type RecordHeaders, kafkaRecord } from '@sluice/kafka';
import { describe, expect, it } from 'vitest';
import { replayTime } from '../record/dead-letter-event.ts';
import { parseDeadLetter, type DeadLetterRecord } from '../record/dead-letter-record.ts';
import { replayedRecord } from './replayed-record.ts';

const envelope: DeadLetter = {
  by: 'elasticsearch',
  topic: 'iot',
  partition: 3,
  offset: 17n,
  id: 'iot-3-17-0badcafe',
  reason: 'refused',
  errorClass: 'refused',
  attempts: 1,
  firstSeen: new Date(1),
  deadSince: new Date(2),
};

function deadLetter(headers: RecordHeaders, more: Partial<DeadLetter> = {}): DeadLetterRecord {
  const found = parseDeadLetter(
    'iot.dlq',
    0,
    kafkaRecord({
      offset: 5n,
      timestampMs: 9,
      key: Buffer.from([0xff]),
      value: Buffer.from([0, 1]),
      headers: deadLetterHeaders(headers, { ...envelope, ...more }),
    }),
  );
  if (found === undefined) throw new Error('not a dead letter');
  return found;
}

const withId = (replays: string) => ({ 'sluice-id': 'iot-3-17-0badcafe', 'sluice-time': '0', replays });

describe('a replayed record', () => {
  it('has its own bytes and headers, without those of the dead letter', () => {
    const bytes = Buffer.from([0xff, 0x00]);
    expect(replayedRecord(deadLetter({ 'sluice-id': 'e1', trace: ['a', bytes] }), 1234)).toEqual({
      topic: 'iot',
      key: Buffer.from([0xff]),
      value: Buffer.from([0, 1]),
      headers: { 'sluice-id': 'e1', trace: ['a', bytes], 'sluice-time': '1234', replays: '1' },
    });
  });

  it('gets the id that it had from its first place', () => {
    expect(replayedRecord(deadLetter({}), 0).headers).toEqual(withId('1'));
  });

  it('keeps that id when it is given up and replayed again, and counts', () => {
    const again = deadLetter(replayedRecord(deadLetter({}), 0).headers ?? {}, { offset: 99n });
    expect(again.replays).toBe(1);
    expect(replayedRecord(again, 0).headers).toEqual(withId('2'));
  });

  it('gets no id where it had no place in Kafka', () => {
    const { partition: _p, offset: _o, id: _i, ...never } = envelope;
    const headers = deadLetterHeaders({}, never);
    const record = kafkaRecord({ offset: 5n, timestampMs: 9, key: null, value: null, headers });
    const found = parseDeadLetter('iot.dlq', 0, record);
    expect(found && replayedRecord(found, 0).headers).toEqual({ 'sluice-time': '0', replays: '1' });
  });

  it('counts from zero where the header is not a number', () => {
    expect(deadLetter({ replays: '-4' }).replays).toBe(0);
    expect(deadLetter({ replays: 'many' }).replays).toBe(0);
  });
});

describe('the time of a replayed record', () => {
  const unread = () => Promise.reject(new Error('the event must not be read'));

  it("is the original's", async () => {
    expect(await replayTime({ ...envelope, timestamp: new Date(77) }, unread)).toBe(77);
  });

  it("is the event's own where the dead letter has none", async () => {
    expect(await replayTime(envelope, async () => ({ time: new Date(88) }))).toBe(88);
  });

  it('is when it was given up where it cannot be read', async () => {
    expect(await replayTime(envelope, async () => ({ reason: 'no schema' }))).toBe(2);
  });
});

it('a record without the headers of a dead letter is not one', () => {
  const record = kafkaRecord({ offset: 0n, timestampMs: 0, key: null, value: null, headers: { id: 'x' } });
  expect(parseDeadLetter('iot.dlq', 0, record)).toBeUndefined();
});
