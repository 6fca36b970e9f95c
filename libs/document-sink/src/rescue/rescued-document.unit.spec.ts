import { parseExact, sameJson } from '@sluice/avro';
import { runProperty } from '@sluice/random/testing';
import { seededRandom, type Random } from '@sluice/random';
import { describe, expect, it } from 'vitest';
import { rescuedJson, restoredDocument, wholeDocument, withoutField, withoutNewNames } from './rescued-document.ts';

const rescue = (json: string, ...fields: string[]): string | undefined => {
  let reduced: ReturnType<typeof withoutField> = wholeDocument(json);
  for (const field of fields) reduced = reduced && withoutField(reduced, field);
  return reduced && rescuedJson(reduced);
};

describe('a rescued document', () => {
  it.each([
    ['{"a":1,"b":2}', 'a', '{"b":2,"_sluice":{"rescued":[{"field":"a","at":"/a","value":"1"}]}}'],
    ['{"a":1,"b":2}', 'b', '{"a":1,"_sluice":{"rescued":[{"field":"b","at":"/b","value":"2"}]}}'],
    ['{"a":{"x":"y"}}', 'a', '{"_sluice":{"rescued":[{"field":"a","at":"/a","value":"{\\"x\\":\\"y\\"}"}]}}'],
    [
      '{"l":[{"a":1,"b":-0},{"a":1.50}],"n":12345678901234567890}',
      'l.a',
      '{"l":[{"b":-0},{}],"n":12345678901234567890,"_sluice":{"rescued":[{"field":"l.a","at":"/l/0/a","value":"1"},{"field":"l.a","at":"/l/1/a","value":"1.50"}]}}',
    ],
  ])('%s without %s is the same text but for that', (json, field, expected) => {
    expect(rescue(json, field)).toBe(expected);
    expect(sameJson(restoredDocument(parseExact(expected)), parseExact(json))).toBe(true);
  });

  it('has no other value aside than one that it has', () => {
    expect(rescue('{"a":1}', 'b')).toBeUndefined();
    expect(rescue('{"a":1}', '_sluice.rescued.value')).toBeUndefined();
  });

  it('gives up the field around where a copy of it is named', () => {
    expect(rescue('{"note":{"x":1}}', 'note.english')).toContain('"field":"note"');
  });

  it('is what its event had once what was moved aside is back, whatever was moved', () => {
    runProperty(process.env, (seed) => {
      const random = seededRandom(seed);
      const document = randomObject(random, 3);
      const fields = Array.from({ length: random.whole(1, 3) }, () =>
        random.pick(['a', 'b', 'a.b', 'b.a', 'a.a.b', 'c']),
      );
      let reduced = wholeDocument(JSON.stringify(document));
      for (const field of fields) reduced = withoutField(reduced, field) ?? reduced;
      const restored = restoredDocument(parseExact(rescuedJson(reduced)));
      expect(restored).toEqual(parseExact(JSON.stringify(document)));
    });
  });

  it('is given back as it is where nothing was moved, or _sluice is something else', () => {
    for (const json of ['{"a":1}', '[1]', '5']) expect(restoredDocument(parseExact(json))).toEqual(parseExact(json));
    expect(restoredDocument({ a: 1, _sluice: { rescued: [{ at: '/x/y', value: '1' }, 7] } })).toEqual({ a: 1 });
  });
});

describe('a document with names beyond the fields of its index', () => {
  const known = { a: { type: 'long' }, b: { properties: { c: { type: 'keyword' } } } };
  const moved = (json: string) => {
    const reduced = withoutNewNames(wholeDocument(json), 'tags', known);
    return reduced && rescuedJson(reduced);
  };

  it.each([
    [
      '{"n":1,"tags":{"a":1,"x":2.50,"b":{"c":"y"}},"m":2}',
      '{"n":1,"tags":{"a":1,"b":{"c":"y"}},"m":2,"_sluice":{"flattened":{"tags":{"x":2.50}}}}',
    ],
    ['{"tags":{"x":1}}', '{"tags":{},"_sluice":{"flattened":{"tags":{"x":1}}}}'],
    ['{"tags":{"b":{"c":1,"d":2}}}', '{"tags":{},"_sluice":{"flattened":{"tags":{"b":{"c":1,"d":2}}}}}'],
    ['{"tags":[{"a":1},{"x":1}]}', '{"_sluice":{"flattened":{"tags":[{"a":1},{"x":1}]}}}'],
    ['{"tags":{"a.b":1,"b.c":"z"}}', '{"tags":{"b.c":"z"},"_sluice":{"flattened":{"tags":{"a.b":1}}}}'],
  ])('%s has them in one field, and is what it was when they are back', (json, expected) => {
    expect(moved(json)).toBe(expected);
    expect(restoredDocument(parseExact(expected))).toEqual(parseExact(json));
  });

  it.each(['{"tags":{"a":1,"b":{"c":2},"z":null}}', '{"tags":{}}', '{"tags":null}', '{"n":1}', '{"tags":"text"}'])(
    '%s has none',
    (json) => expect(moved(json)).toBeUndefined(),
  );
});

function randomObject(random: Random, depth: number): Record<string, unknown> {
  const value = (): unknown => {
    const kind = depth === 0 ? 'leaf' : random.pick(['leaf', 'object', 'list']);
    if (kind === 'object') return randomObject(random, depth - 1);
    if (kind === 'list') return Array.from({ length: random.whole(0, 3) }, () => randomObject(random, depth - 1));
    return random.pick([1, -1.5, 'text, "quoted" }', null, true]);
  };
  return Object.fromEntries(['a', 'b', 'c'].filter(() => random.chance(0.7)).map((name) => [name, value()]));
}
