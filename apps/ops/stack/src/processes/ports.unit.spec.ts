import { expect, test } from 'vitest';
import { portCandidates } from './ports.ts';

test('the usual port is tried first', () => {
  expect([...portCandidates(9092)].slice(0, 3)).toEqual([9092, 19092, 19102]);
});

test('the port a server had before is tried before the usual one', () => {
  expect([...portCandidates(9092, 19112)].slice(0, 3)).toEqual([19112, 9092, 19092]);
});

test('no port is tried twice', () => {
  const candidates = [...portCandidates(9200, 19210)];
  expect(new Set(candidates).size).toBe(candidates.length);
});

test('ports that Linux uses for outgoing connections are not tried', () => {
  expect(Math.max(...portCandidates(9092))).toBeLessThan(32_768);
});
