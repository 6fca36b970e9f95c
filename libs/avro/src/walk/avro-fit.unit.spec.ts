import { describe, expect, it } from 'vitest';
import { compileFit } from './avro-fit.ts';
import type { AvroSchema } from '../schema/avro-schema.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { bytes, concat, long, text } from '../testing/avro-bytes.ts';
import { runProperty } from '@sluice/random/testing';
import { seededRandom } from '@sluice/random';
import { randomType } from '../testing/random-schema.ts';
import { avscType } from '../testing/reference-json.ts';
import { compileTranscoder, MalformedAvro } from '../json/transcoder.ts';

const record = (type: AvroSchema): AvroSchema => ({ type: 'record', name: 'R', fields: [{ name: 'f', type }] });
const colours: AvroSchema = { type: 'enum', name: 'Colour', symbols: ['RED', 'BLUE'] };

function refusal(type: AvroSchema, avro: Buffer): string | undefined {
  try {
    compileFit(record(type))(avro);
    return undefined;
  } catch (error) {
    if (error instanceof MalformedAvro) return error.message;
    throw error;
  }
}

describe('compileFit', () => {
  it('takes whatever an encoder writes, for 5000 random values', { timeout: 120_000 }, () => {
    runProperty(process.env, (seed) => {
      for (let schemas = 0; schemas < 1_000; schemas++) {
        const type = randomType(seededRandom(seed + schemas));
        const fit = compileFit(type.schema);
        for (let values = 0; values < 5; values++) fit(avscType(type.schema).toBuffer(type.value(4)));
      }
    });
  });

  it('takes only what the transcoder can read, whatever the bytes', { timeout: 120_000 }, () => {
    runProperty(process.env, (seed) => {
      let taken = 0;
      for (let schemas = 0; schemas < 300; schemas++) {
        const random = seededRandom(seed + schemas);
        const type = randomType(random, { sized: true });
        const fit = compileFit(type.schema);
        const transcode = compileTranscoder(type.schema);
        const out = new ByteWriter();
        for (let values = 0; values < 20; values++) {
          const avro = avscType(type.schema).toBuffer(type.value(3));
          // One byte is changed: most of these are still a record of the schema, and the others must be refused.
          if (avro.length > 0) avro[random.whole(0, avro.length - 1)] = random.whole(0, 255);
          try {
            fit(avro);
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedAvro);
            continue;
          }
          taken++;
          out.length = 0;
          transcode(avro, out);
        }
      }
      expect(taken).toBeGreaterThan(100);
    });
  });

  it('refuses a value cut short at any place, and one that goes on', () => {
    runProperty(process.env, (seed) => {
      for (let schemas = 0; schemas < 50; schemas++) {
        const type = randomType(seededRandom(seed + schemas), { sized: true });
        const avro = avscType(type.schema).toBuffer(type.value(3));
        const fit = compileFit(type.schema);
        for (let length = 0; length < avro.length; length++)
          expect(() => fit(avro.subarray(0, length)), JSON.stringify(type.schema)).toThrow(MalformedAvro);
        expect(() => fit(concat(avro, Buffer.of(0)))).toThrow('1 bytes follow the record');
      }
    });
  });

  it('looks at a part of the bytes alone', () => {
    const fit = compileFit(record('string'));
    const among = concat(Buffer.of(1, 2), text('語'), Buffer.of(3));
    fit(among, 2, among.length - 1);
    expect(() => fit(among, 2)).toThrow('1 bytes follow the record');
  });

  it.each<[string, AvroSchema, Buffer, string]>([
    ['a string that is no UTF-8', 'string', bytes([0x61, 0xff]), 'a string that is not UTF-8'],
    ['a symbol that the enum lacks', colours, long(2), 'an enum symbol or a union branch that the schema lacks'],
    [
      'a branch that the union lacks',
      ['null', 'int'],
      long(-1),
      'an enum symbol or a union branch that the schema lacks',
    ],
    ['an int beyond 32 bits', 'int', long(2n ** 31n), 'an int of more than 32 bits'],
    ['a long beyond 64 bits', 'long', Buffer.alloc(11, 0xff), 'a number of more than 64 bits'],
    ['a negative or impossible length', 'bytes', long(-1), 'a negative or impossible length'],
    ['a length beyond the bytes', 'bytes', long(1), 'cut short'],
    ['a boolean of 2', 'boolean', Buffer.of(2), 'a boolean that is neither 0 nor 1'],
    [
      'more nulls than there can be',
      { type: 'array', items: 'null' },
      long(2n ** 40n),
      'more than 10000 values that take no bytes',
    ],
    [
      'a block that is not as long as it says',
      { type: 'array', items: 'int' },
      concat(long(-1), long(2), long(5), long(0)),
      'a block of another size than it states',
    ],
  ])('refuses %s', (_, type, avro, reason) => {
    expect(refusal(type, avro)).toBe(reason);
  });

  it('takes numbers at their limits, blocks that tell their size, and names of other schemas', () => {
    expect(refusal('int', long(-(2n ** 31n)))).toBeUndefined();
    expect(refusal('long', long(-(2n ** 63n)))).toBeUndefined();
    expect(
      refusal({ type: 'array', items: 'int' }, concat(long(-2), long(2), long(5), long(6), long(0))),
    ).toBeUndefined();
    compileFit(record('other.Colour'), [{ ...(colours as object), namespace: 'other' } as AvroSchema])(long(1));
  });

  it('cannot be made to run what a schema holds in place of a number', () => {
    const attack = '0);globalThis.sluiceInjected=1;(0';
    const hostile: unknown[] = [
      { type: 'enum', name: 'E', symbols: { length: attack } },
      { type: 'fixed', name: 'F', size: attack },
    ];
    for (const type of hostile)
      expect(() => compileFit(record(type as AvroSchema))).toThrow(/^the schema has (an enum|a fixed type) without/);
    expect(globalThis).not.toHaveProperty('sluiceInjected');
  });

  it('goes into records that hold themselves, but not for ever', () => {
    const fit = compileFit({ type: 'record', name: 'Node', fields: [{ name: 'next', type: ['null', 'Node'] }] });
    fit(concat(...Array.from({ length: 50 }, () => long(1)), long(0)));
    expect(() => fit(Buffer.concat(Array.from({ length: 5_000 }, () => long(1))))).toThrow('nested deeper');
  });
});
