import { describe, expect, it } from 'vitest';
import { cycles } from './import-cycles.ts';

const graph = (edges: Record<string, string[]>) => new Map(Object.entries(edges));

describe('cycles', () => {
  it('finds none in a tree, nor where two paths meet again', () => {
    expect(cycles(graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).toEqual([]);
  });

  it('finds each circle, with all of its files and no others', () => {
    const found = cycles(graph({ a: ['b'], b: ['c'], c: ['b', 'd'], d: ['e'], e: ['d'], f: ['f'] }));
    expect(found.map((cycle) => cycle.toSorted().join(' ')).toSorted()).toEqual(['b c', 'd e', 'f']);
  });
});
