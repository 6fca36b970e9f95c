import { describe, expect, it } from 'vitest';
import { EventLedger, type Copy, type ExpectedEvent } from './event-ledger.ts';

const event = (offset: number, more: Partial<ExpectedEvent> = {}): ExpectedEvent => {
  const { document } = { document: { n: 1 } as unknown, ...more };
  return {
    partition: 0,
    offset: BigInt(offset),
    id: 'a',
    place: 'day-1',
    document,
    asKnown: () => document,
    asWritten: () => document,
    ...more,
  };
};
const copy = (more: Partial<Copy> = {}): Copy => ({ place: 'day-1', document: { n: 1 }, ...more });
const ledger = (...dead: number[]) => new EventLedger((_, offset) => dead.includes(Number(offset)));

describe('the ledger', () => {
  it('counts an event that is there once as delivered', () => {
    const book = ledger();
    book.judge(event(0), [copy()], true);
    expect(book.counts(0)).toEqual({
      ...{ records: 1, events: 1, delivered: 1, deadLetters: 0, lost: 0, duplicates: 0, changed: 0 },
    });
    expect(book.findings()).toEqual({ lost: [], duplicates: [], changed: [] });
  });

  it('takes an event without a copy for lost, unless it is a dead letter', () => {
    const book = ledger(1);
    book.judge(event(0), [], true);
    book.judge(event(1, { id: 'b' }), [], true);
    expect(book.counts(0)).toMatchObject({ events: 2, delivered: 0, deadLetters: 1, lost: 1 });
    expect(book.findings().lost).toEqual([{ partition: 0, offset: '0', id: 'a' }]);
  });

  it('counts a record that came back from the dead letters as one delivered event', () => {
    const book = ledger(0);
    book.judge(event(0), [copy()], true);
    book.judge(event(5), [copy()], false);
    expect(book.counts(0)).toMatchObject({ records: 2, events: 1, delivered: 1, deadLetters: 0, lost: 0 });
  });

  it('finds an event among the dead letters by any of its records', () => {
    const book = ledger(5);
    book.judge(event(0), [], true);
    book.judge(event(5, { partition: 1 }), [], false);
    expect(book.counts(0)).toMatchObject({ deadLetters: 1, lost: 0 });
    expect(book.counts(1)).toMatchObject({ records: 1, events: 0 });
    expect(book.findings().lost).toEqual([]);
  });

  it('is content when the copy says what any record of the event says', () => {
    for (const order of [
      [1, 2],
      [2, 1],
    ]) {
      const book = ledger();
      order.forEach((n, at) => book.judge(event(at, { document: { n } }), [copy({ document: { n: 2 } })], at === 0));
      expect(book.counts(0).changed).toBe(0);
      expect(book.findings().changed).toEqual([]);
    }
  });

  it('names what a copy differs in, and where it should be', () => {
    const book = ledger();
    book.judge(event(0), [copy({ place: 'day-2', document: { n: 3 } })], true);
    expect(book.findings().changed).toEqual([
      { partition: 0, offset: '0', id: 'a', place: 'day-2', expectedPlace: 'day-1', fields: ['n'] },
    ]);
    expect(book.counts(0)).toMatchObject({ changed: 1, delivered: 1 });
  });

  it('counts copies beyond the first as duplicates, also when one is right', () => {
    const book = ledger();
    book.judge(event(0), [copy({ place: 'day-2' }), copy(), copy({ place: 'day-3' })], true);
    book.judge(event(1), [copy({ place: 'day-2' }), copy(), copy({ place: 'day-3' })], false);
    expect(book.counts(0)).toMatchObject({ duplicates: 2, changed: 0, delivered: 1 });
    expect(book.findings().duplicates).toMatchObject([{ offset: '0', places: ['day-1', 'day-2', 'day-3'] }]);
  });

  it('takes a document in the form of the schema that its record was written with', () => {
    const book = ledger();
    book.judge(event(0, { asKnown: () => ({ n: 1, more: null }), asWritten: () => ({ n: 1 }) }), [copy()], true);
    expect(book.counts(0).changed).toBe(0);
  });

  it('does not take the copy of a record that cannot be read for right', () => {
    const book = ledger();
    book.judge(event(0, { document: undefined }), [copy({ document: undefined })], true);
    expect(book.counts(0).changed).toBe(1);
  });
});
