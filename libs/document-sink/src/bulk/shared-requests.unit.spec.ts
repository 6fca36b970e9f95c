import { delivered, type Verdict } from '@sluice/sink';
import { describe, expect, it } from 'vitest';
import type { BulkRequests, RequestPart } from './bulk-requests.ts';
import { sharedRequests } from './shared-requests.ts';
import { testRecord } from '../testing/test-records.ts';

const event = { indexOf: () => 'events', arrival: undefined, rescues: true, open: [] };
const part = (...ids: string[]): RequestPart => ({
  records: ids.map((id) => testRecord(id, '2026-01-02T03:04:05.000Z')),
  event,
});
const never = new AbortController().signal;
const retry: Verdict = { status: 'retry', reason: 'busy' };

/** Requests as they were asked for, answered by `answer`. */
function scripted(answer: (ids: string[][]) => Verdict[][]) {
  const asked: { ids: string[][]; signal: AbortSignal }[] = [];
  const requests: BulkRequests = {
    async create(parts, signal) {
      const ids = parts.map(({ records }) => records.map(({ id }) => id));
      asked.push({ ids, signal });
      return answer(ids);
    },
  };
  return { asked, shared: sharedRequests(requests) };
}
const all = (ids: string[][]) => ids.map((some) => some.map(() => delivered));

describe('requests that partitions share', () => {
  it('hold what comes in one turn, and each partition gets its own verdicts', async () => {
    const { asked, shared } = scripted((ids) => ids.map((some) => some.map((id) => (id === 'c' ? retry : delivered))));
    const verdicts = await Promise.all([
      shared.create(part('a', 'b'), never, false),
      shared.create(part('c'), never, false),
    ]);
    expect(asked.map(({ ids }) => ids)).toEqual([[['a', 'b'], ['c']]]);
    expect(verdicts).toEqual([[delivered, delivered], [retry]]);
    await shared.create(part('d'), never, false);
    expect(asked).toHaveLength(2);
  });

  it('leave alone what failed before, and what fills a request by itself', async () => {
    const { asked, shared } = scripted(all);
    const many = Array.from({ length: 501 }, (_, n) => `m-${n}`);
    await Promise.all([
      shared.create(part('a'), never, true),
      shared.create(part(...many), never, false),
      shared.create(part('b'), never, false),
      shared.create(part('c'), never, false),
    ]);
    expect(asked.map(({ ids }) => ids)).toEqual([[['a']], [many], [['b'], ['c']]]);
  });

  it('hold no more than some hundred records', async () => {
    const { asked, shared } = scripted(all);
    const some = (name: string) => part(...Array.from({ length: 300 }, (_, n) => `${name}-${n}`));
    await Promise.all(['a', 'b', 'c'].map((name) => shared.create(some(name), never, false)));
    expect(asked.map(({ ids }) => ids.length)).toEqual([1, 1, 1]);
  });

  it('are followed by another for a partition of which nothing fitted', async () => {
    const { asked, shared } = scripted((ids) => all(ids).map((some, at) => (ids.length > 1 && at > 0 ? [] : some)));
    const verdicts = await Promise.all([
      shared.create(part('a'), never, false),
      shared.create(part('b', 'c'), never, false),
    ]);
    expect(asked.map(({ ids }) => ids)).toEqual([[['a'], ['b', 'c']], [['b', 'c']]]);
    expect(verdicts).toEqual([[delivered], [delivered, delivered]]);
  });

  it('tell all of a failure that may be of any', async () => {
    const { asked, shared } = scripted(() => {
      throw new Error('no answer');
    });
    const outcomes = await Promise.allSettled(['a', 'b'].map((id) => shared.create(part(id), never, false)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(asked).toHaveLength(1);
  });

  it('are given up when no partition wants the answer any more, and not before', async () => {
    const { asked, shared } = scripted(all);
    const [one, other] = [new AbortController(), new AbortController()];
    await Promise.all([shared.create(part('a'), one.signal, false), shared.create(part('b'), other.signal, false)]);
    one.abort();
    expect(asked[0]?.signal.aborted).toBe(false);
    other.abort();
    expect(asked[0]?.signal.aborted).toBe(true);
  });
});
