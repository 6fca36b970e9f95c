import { describe, expect, it } from 'vitest';
import { deadLetterHeaders, readDeadLetterHeaders, type DeadLetter } from './dead-letter.ts';

const deadLetter: DeadLetter = {
  by: 'elasticsearch',
  topic: 'tweets',
  partition: 3,
  offset: 9_007_199_254_740_993n,
  schemaId: 7,
  reason: 'mapper_parsing_exception: "é"',
  errorClass: 'refused',
  attempts: 2,
  firstSeen: new Date('2026-11-21T10:00:00.001Z'),
  deadSince: new Date('2026-11-21T10:00:01.002Z'),
};

describe('dead letter headers', () => {
  it('are read back as they were written', () => {
    expect(readDeadLetterHeaders(deadLetterHeaders({}, deadLetter))).toEqual(deadLetter);
  });

  it('are read back from the bytes that Kafka carries', () => {
    const carried = Object.fromEntries(
      Object.entries(deadLetterHeaders({}, deadLetter)).map(([name, value]) => [name, Buffer.from(String(value))]),
    );
    expect(readDeadLetterHeaders(carried)).toEqual(deadLetter);
  });

  it('leave out what a source does not know', () => {
    const { partition: _p, offset: _o, schemaId: _s, ...fromSource } = deadLetter;
    const headers = deadLetterHeaders({}, fromSource);
    expect(Object.keys(headers)).not.toContain('dead-letter.offset');
    expect(readDeadLetterHeaders(headers)).toEqual(fromSource);
  });

  it("keep the record's own headers, bytes and repetitions", () => {
    const own = { id: Buffer.from([0, 255]), trace: [Buffer.from('a'), Buffer.from('b')] };
    expect(deadLetterHeaders(own, deadLetter)).toMatchObject(own);
  });

  it('are not found on a record that is not a dead letter', () => {
    expect(readDeadLetterHeaders({ id: 'x', 'dead-letter.topic': 'tweets' })).toBeUndefined();
  });
});
