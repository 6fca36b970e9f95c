import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { runProperty } from '@sluice/random/testing';
import { seededRandom } from '@sluice/random';
import { randomType } from '../testing/random-schema.ts';
import { avscType, parseExactly } from '../testing/reference-json.ts';
import { compileTranscoder, MalformedAvro } from './transcoder.ts';

// What no examples show: that any value of any schema becomes the right JSON, and that no bytes whatever do harm.
// PROPERTY_RUNS raises the number of pairs, PROPERTY_SEED repeats a run.

const runs = Number(process.env['PROPERTY_RUNS'] ?? 10_000);
const valuesPerSchema = 5;

/** Fails where what is written is not UTF-8. */
const strictly = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

describe('compileTranscoder, for random schemas', () => {
  it(`writes what avsc decodes, for ${runs} values`, { timeout: 600_000 }, () => {
    const out = new ByteWriter(1);
    runProperty(process.env, (seed) => {
      for (let schemas = 0; schemas * valuesPerSchema < runs; schemas++) {
        const type = randomType(seededRandom(seed + schemas));
        const reference = avscType(type.schema);
        const transcode = compileTranscoder(type.schema);
        for (let values = 0; values < valuesPerSchema; values++) {
          const avro = reference.toBuffer(type.value(4));
          const expected = type.json(reference.fromBuffer(avro));
          const start = out.length;
          transcode(avro, out);
          const actual = strictly.decode(out.written().subarray(start));
          expect(parseExactly(actual), JSON.stringify(type.schema)).toEqual(parseExactly(expected));
        }
        if (out.length > 1e6) out.length = 0;
      }
    });
  });

  it('refuses a value cut short at any place, and one that goes on, and leaves the output as it was', () => {
    runProperty(process.env, (seed) => {
      for (let schemas = 0; schemas < 50; schemas++) {
        const type = randomType(seededRandom(seed + schemas), { sized: true });
        const avro = avscType(type.schema).toBuffer(type.value(3));
        const transcode = compileTranscoder(type.schema);
        const out = new ByteWriter();
        out.text('before');
        for (let length = 0; length < avro.length; length++) {
          let refusal: unknown;
          try {
            transcode(avro.subarray(0, length), out);
          } catch (error) {
            refusal = error;
          }
          if (!(refusal instanceof MalformedAvro)) throw new Error(`${length} bytes gave ${String(refusal)}`);
        }
        expect(out.written().toString()).toBe('before');
        expect(() => transcode(Buffer.concat([avro, Buffer.of(0)]), out)).toThrow(/1 bytes follow the record/);
        expect(out.written().toString()).toBe('before');
      }
    });
  });

  it('makes valid JSON or a MalformedAvro of any bytes', () => {
    const seen = { json: 0, malformed: 0 };
    runProperty(process.env, (seed) => {
      const out = new ByteWriter();
      for (let schemas = 0; schemas < 200; schemas++) {
        const random = seededRandom(seed + schemas);
        const type = randomType(random, { sized: true });
        const transcode = compileTranscoder(type.schema);
        const valid = avscType(type.schema).toBuffer(type.value(3));
        for (let tries = 0; tries < 30; tries++) {
          // Half are random altogether; half are a right value with some bytes changed, which gets further.
          const avro = tries % 2 === 0 ? Buffer.alloc(random.whole(0, 40)) : Buffer.from(valid);
          for (let at = 0; at < avro.length; at++)
            if (tries % 2 === 0 || random.chance(0.1))
              avro[at] = random.chance(0.3) ? random.whole(0, 4) : random.whole(0, 255);
          out.length = 0;
          out.text('before');
          try {
            transcode(avro, out);
            JSON.parse(strictly.decode(out.written().subarray(6)));
            seen.json++;
          } catch (error) {
            expect(error, `${avro.toString('hex')} ${JSON.stringify(type.schema)}`).toBeInstanceOf(MalformedAvro);
            expect(out.written().toString()).toBe('before');
            seen.malformed++;
          }
        }
      }
      // Both ways out were taken, often.
      expect(Math.min(seen.json, seen.malformed)).toBeGreaterThan(500);
    });
  });
});
