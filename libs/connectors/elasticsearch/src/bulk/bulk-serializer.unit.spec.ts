import { describe, expect, it } from 'vitest';
import { BulkSerializer } from './bulk-serializer.ts';

const created = { create: { status: 201 } };
const answer = (...items: object[]) => JSON.stringify({ items });

describe('the answer to a bulk request', () => {
  it('is what JSON says, when all documents were created', () => {
    const serializer = new BulkSerializer();
    for (const count of [1, 2, 2000, 3, 3]) {
      const text = answer(...Array.from({ length: count }, () => created));
      expect(serializer.deserialize(text)).toEqual(JSON.parse(text));
    }
  });

  it.each([
    ['nothing', answer()],
    ['a conflict of the same length', answer(created, { create: { status: 409 } }, created)],
    ['another operation', answer({ index: { status: 201 } })],
    ['an error', answer({ create: { status: 400, error: { type: 'document_parsing_exception' } } }, created)],
    ['another order of keys', '{"errors":false,"items":[{"create":{"status":201}}]}'],
  ])('is what JSON says for %s', (_, text) => {
    const serializer = new BulkSerializer();
    serializer.deserialize(answer(created, created, created));
    expect(serializer.deserialize(text)).toEqual(JSON.parse(text));
  });

  it('is refused where it is no JSON', () => {
    expect(() => new BulkSerializer().deserialize('{"items":[')).toThrow();
  });
});
