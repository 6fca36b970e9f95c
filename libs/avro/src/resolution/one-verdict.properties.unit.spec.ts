import { describe, expect, it } from 'vitest';
import { compileFit } from '../walk/avro-fit.ts';
import type { AvroSchema } from '../schema/avro-schema.ts';
import { compileSkip } from '../walk/avro-skip.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { compileDecoder } from '../values/decoder.ts';
import { concat, long } from '../testing/avro-bytes.ts';
import { runProperty } from '@sluice/random/testing';
import { seededRandom, type Random } from '@sluice/random';
import { randomType } from '../testing/random-schema.ts';
import { avscType } from '../testing/reference-json.ts';
import { record } from '../testing/records.ts';
import { compileTranscoder, MalformedAvro } from '../json/transcoder.ts';

// That a record is good for all destinations or for none: what writes JSON, what makes values, what only checks bytes, and what goes
// past a field that the reader does not have say the same of any bytes, wherever in a batch they lie.

/** Says why a record is refused; undefined where it is not. Fails on any other error. */
type Verdict = (avro: Buffer, from: number, to: number) => string | undefined;

const verdict =
  (read: (avro: Buffer, from: number, to: number) => unknown): Verdict =>
  (avro, from, to) => {
    try {
      read(avro, from, to);
      return undefined;
    } catch (error) {
      if (error instanceof MalformedAvro) return error.message;
      throw error;
    }
  };

function readersOf(type: AvroSchema): { name: string; verdict: Verdict }[] {
  const out = new ByteWriter();
  const schema = record([{ name: 'x', type }], 'Whole');
  const transcode = compileTranscoder(schema);
  const pass = compileTranscoder(schema, [], record([], 'Whole'));
  const json = (write: typeof transcode) => (avro: Buffer, from: number, to: number) => {
    out.length = 0;
    write(avro, out, from, to);
  };
  return [
    { name: 'the fit check', verdict: verdict(compileFit(schema)) },
    { name: 'the transcoder', verdict: verdict(json(transcode)) },
    { name: 'the decoder', verdict: verdict(compileDecoder(schema)) },
    { name: 'the transcoder that goes past it', verdict: verdict(json(pass)) },
    { name: 'the decoder that goes past it', verdict: verdict(compileDecoder(schema, [], record([], 'Whole'))) },
  ];
}

/** Fails where two readers differ, or where one differs by the place of the record. @returns the common verdict */
function commonVerdict(readers: ReturnType<typeof readersOf>, avro: Buffer, shown: string): string | undefined {
  const places = [0, 7, 30_000].map((before) => ({
    before,
    batch: concat(Buffer.alloc(before, 2), avro, Buffer.alloc(9, 2)),
  }));
  const verdicts = readers.flatMap(({ name, verdict: of }) =>
    places.map(({ before, batch }) => ({ name, before, said: of(batch, before, before + avro.length) })),
  );
  const [first] = verdicts;
  for (const { name, before, said } of verdicts)
    if ((said === undefined) !== (first?.said === undefined))
      throw new Error(`${name} at ${before} says ${said}, not ${first?.said}: ${avro.toString('hex')} of ${shown}`);
  return first?.said;
}

function mutated(valid: Buffer, random: Random): Buffer {
  const avro = Buffer.from(valid);
  const kind = random.below(5);
  if (kind === 0) return avro.subarray(0, random.below(avro.length + 1));
  if (kind === 1) return concat(avro, Buffer.of(random.below(256)));
  if (kind === 2) return Buffer.from(Array.from({ length: random.below(40) }, () => random.below(256)));
  const changes = random.whole(1, 3);
  for (let change = 0; change < changes && avro.length > 0; change++) {
    const at = random.below(avro.length);
    if (kind === 3) avro[at] = random.below(256);
    // A number in more bytes than it needs, or one that goes on.
    else avro[at] = (avro[at] as number) | 0x80;
  }
  return avro;
}

describe('one verdict', () => {
  it('on 12,000 mutated records of 1,000 random schemas', { timeout: 300_000 }, () => {
    const seen = { passed: 0, refused: 0 };
    runProperty(process.env, (seed) => {
      for (let schemas = 0; schemas < 1000; schemas++) {
        const random = seededRandom(seed + schemas);
        const type = randomType(random);
        const readers = readersOf(type.schema);
        const skip = verdict((avro, from, to) => compileSkip(type.schema)(avro.subarray(0, to), from));
        const shown = JSON.stringify(type.schema);
        for (let tries = 0; tries < 12; tries++) {
          const valid = avscType(type.schema).toBuffer(type.value(4));
          const avro = tries === 0 ? valid : mutated(valid, random);
          const said = commonVerdict(readers, avro, shown);
          // What finds the end of a value in a file looks at less, but refuses nothing that the others take.
          if (said === undefined)
            expect(skip(avro, 0, avro.length), `${avro.toString('hex')} of ${shown}`).toBeUndefined();
          if (said === undefined) seen.passed++;
          else seen.refused++;
        }
      }
      expect(Math.min(seen.passed, seen.refused)).toBeGreaterThan(1500);
    });
  });

  const array = (items: AvroSchema): AvroSchema => ({ type: 'array', items });
  const empty = record([{ name: 'n', type: 'null' }], 'Empty');
  it.each<[string, AvroSchema, Buffer, RegExp | undefined]>([
    ['ten thousand nulls', array('null'), concat(long(10_000), long(0)), undefined],
    ['more nulls', array('null'), concat(long(10_001), long(0)), /values that take no bytes/],
    ['more nulls in two blocks', array('null'), concat(long(6000), long(6000), long(0)), /take no bytes/],
    [
      'more nulls in arrays',
      array(array('null')),
      concat(long(2), long(6000), long(0), long(6000), long(0), long(0)),
      /take no bytes/,
    ],
    ['more nulls than fit 64 bits', array('null'), concat(long(2n ** 63n - 1n), long(0)), /impossible count/],
    ['more empty records', array(empty), concat(long(10_001), long(0)), /take no bytes/],
    ['many items of one byte', array('boolean'), concat(long(20_000), Buffer.alloc(20_000), long(0)), undefined],
    [
      'a block that is longer than it says',
      array('int'),
      concat(long(-1), long(1), long(300), long(0)),
      /another size/,
    ],
    [
      'a block that is shorter than it says',
      array('int'),
      concat(long(-1), long(3), long(5), long(0), long(0)),
      /another size/,
    ],
    ['a long in more bytes than it needs', 'long', Buffer.of(0x80, 0x80, 0), undefined],
    ['a long in eleven bytes', 'long', Buffer.from('8080808080808080808000', 'hex'), /64 bits/],
    ['an int beyond 32 bits', 'int', long(2n ** 31n), /32 bits/],
    ['an int in six bytes', 'int', Buffer.from('808080808000', 'hex'), /32 bits/],
    ['a boolean of 2', 'boolean', Buffer.of(2), /neither 0 nor 1/],
    ['a lone surrogate', 'string', concat(long(3), Buffer.from('eda080', 'hex')), /not UTF-8/],
    ['NaN', 'double', Buffer.from('000000000000f87f', 'hex'), undefined],
    [
      'a decimal beyond all measure',
      { type: 'bytes', logicalType: 'decimal' },
      concat(long(1025), Buffer.alloc(1025)),
      /a decimal of more/,
    ],
    [
      'a fixed decimal beyond all measure',
      { type: 'fixed', name: 'D', size: 1025, logicalType: 'decimal' },
      Buffer.alloc(1025),
      /a decimal of more/,
    ],
    ['a symbol that the enum lacks', { type: 'enum', name: 'E', symbols: ['A'] }, long(1), /symbol/],
  ])('on %s', (_, type, avro, expected) => {
    const said = commonVerdict(readersOf(type), avro, JSON.stringify(type));
    if (expected === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(expected);
  });

  it('on records of records that take no bytes, which could be told to be very many', { timeout: 20_000 }, () => {
    const depth = 40;
    let type: AvroSchema = record([], 'R0');
    for (let level = 1; level < depth; level++)
      type = record(
        [
          { name: 'a', type },
          { name: 'b', type: `R${level - 1}` },
        ],
        `R${level}`,
      );
    expect(commonVerdict(readersOf(type), Buffer.alloc(0), 'doubled records')).toMatch(/take no bytes/);
  });
});
