import { expect, it, vi } from 'vitest';
import { nextShared } from './next-shared.ts';

it('answers with a call that began after the question, and with few calls', async () => {
  let calls = 0;
  const answers: PromiseWithResolvers<number>[] = [];
  const act = nextShared(() => {
    calls++;
    const answer = Promise.withResolvers<number>();
    answers.push(answer);
    return answer.promise;
  });
  const first = act();
  await vi.waitFor(() => expect(calls).toBe(1));
  const later = Array.from({ length: 1_000 }, () => act());
  await new Promise(setImmediate);
  expect(calls).toBe(1);
  answers[0]?.resolve(1);
  expect(await first).toBe(1);
  await vi.waitFor(() => expect(calls).toBe(2));
  answers[1]?.resolve(2);
  expect(new Set(await Promise.all(later))).toEqual(new Set([2]));
});

it('gives an error to those who asked for that call, and continues', async () => {
  let calls = 0;
  const act = nextShared(async () => {
    if (++calls === 1) throw new Error('broken');
    return calls;
  });
  await expect(act()).rejects.toThrow('broken');
  expect(await act()).toBe(2);
});
