import { deadLetterHeaders, type DeadLetter, type RecordHeaders, kafkaRecord } from '@sluice/kafka';
import { describe, expect, it } from 'vitest';
import { replayTime } from './letter-event.ts';
import { letterOf, type Letter } from './letter.ts';
import { replayedRecord } from './replayed-record.ts';

const envelope: DeadLetter = {
  by: 'elasticsearch',
  topic: 'iot',
  partition: 3,
  offset: 17n,
  reason: 'refused',
  errorClass: 'refused',
  attempts: 1,
  firstSeen: new Date(1),
  deadSince: new Date(2),
};

function letter(headers: RecordHeaders, more: Partial<DeadLetter> = {}): Letter {
  const found = letterOf(
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
  if (found === undefined) throw new Error('this is no letter');
  return found;
}

describe('a replayed record', () => {
  it('has its own bytes and headers, and none of the envelope', () => {
    const bytes = Buffer.from([0xff, 0x00]);
    expect(replayedRecord(letter({ id: 'e1', trace: ['a', bytes] }), 1234)).toEqual({
      topic: 'iot',
      key: Buffer.from([0xff]),
      value: Buffer.from([0, 1]),
      headers: { id: 'e1', trace: ['a', bytes], replays: '1' },
      timestampMs: 1234,
    });
  });

  it('gets its first place as its id where it had none', () => {
    expect(replayedRecord(letter({}), 0).headers).toEqual({ id: 'iot-3-17', replays: '1' });
  });

  it('keeps that id when it dies and comes back again, and counts', () => {
    const again = letter(replayedRecord(letter({}), 0).headers ?? {}, { offset: 99n });
    expect(again.replays).toBe(1);
    expect(replayedRecord(again, 0).headers).toEqual({ id: 'iot-3-17', replays: '2' });
  });

  it('gets no id where it never was a record', () => {
    const { partition: _p, offset: _o, ...never } = envelope;
    const headers = deadLetterHeaders({}, never);
    const record = kafkaRecord({ offset: 5n, timestampMs: 9, key: null, value: null, headers });
    const found = letterOf('iot.dlq', 0, record);
    expect(found && replayedRecord(found, 0).headers).toEqual({ replays: '1' });
  });

  it('counts from nothing where the header holds no number', () => {
    expect(letter({ replays: '-4' }).replays).toBe(0);
    expect(letter({ replays: 'many' }).replays).toBe(0);
  });
});

describe('the time of a replayed record', () => {
  const unread = () => Promise.reject(new Error('the event is not to be read'));
  const hour = 3_600_000;

  it("is the original's", async () => {
    expect(await replayTime({ ...envelope, timestamp: new Date(77) }, unread, 0)).toBe(77);
  });

  it("is the event's own where the letter does not tell", async () => {
    expect(await replayTime(envelope, async () => ({ time: new Date(88) }), 0)).toBe(88);
  });

  it('is now where the event is from further ahead than a broker takes', async () => {
    expect(await replayTime(envelope, async () => ({ time: new Date(5 * hour) }), hour)).toBe(hour);
  });

  it('is that of its death where nobody can read it', async () => {
    expect(await replayTime(envelope, async () => ({ reason: 'no schema' }), hour)).toBe(2);
  });
});

it('a record without an envelope is no letter', () => {
  const record = kafkaRecord({ offset: 0n, timestampMs: 0, key: null, value: null, headers: { id: 'x' } });
  expect(letterOf('iot.dlq', 0, record)).toBeUndefined();
});
