import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { compileDecoder } from '../values/decoder.ts';
import { runProperty } from '@sluice/random/testing';
import { evolved, hasAmbiguousUnion, wrapSome } from '../testing/random-evolution.ts';
import { seededRandom, type Random } from '@sluice/random';
import { randomType } from '../testing/random-schema.ts';
import { randomValue } from '../testing/random-value.ts';
import { avscType, parseExactly, referenceJson } from '../testing/reference-json.ts';
import { readAll, referenceValue } from '../testing/reference-value.ts';
import { graphOf, schemaOf } from '../testing/schema-graph.ts';
import { plainJson } from '../json/json-rules.ts';
import { compileTranscoder, MalformedAvro } from '../json/transcoder.ts';

// What no examples show: that any value of any writer's schema becomes the right JSON of any schema that it evolves into, and that
// no bytes whatever do harm on the way past what the reader does not know. RESOLUTION_RUNS raises the number of schema pairs.

const runs = Number(process.env['RESOLUTION_RUNS'] ?? 3000);
const valuesPerPair = 2;

/** Fails where what is written is not UTF-8. */
const strictly = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes read as a string may be no UTF-8, which avsc replaces: no random text has this character. */
const replacement = '\ufffd';

/** A writer's schema, the reader's that it evolved into, and values of the writer's. */
function randomPair(random: Random, { rate = random.pick([0.3, 1, 2]) } = {}) {
  const writerNode = wrapSome(graphOf(randomType(random).schema), random);
  const { node: readerNode, mayRoundLongs } = evolved(writerNode, random, rate);
  const writer = schemaOf(writerNode);
  const reader = schemaOf(readerNode);
  const writerType = avscType(writer);
  const transcode = compileTranscoder(writer, [], reader, { ...plainJson, keepsUnknown: false });
  const decode = compileDecoder(writer, [], reader);
  const randomAvro = () => writerType.toBuffer(randomValue(writerNode, random, !mayRoundLongs));
  return { readerNode, writerType, transcode, decode, randomAvro, shown: JSON.stringify({ writer, reader }) };
}
type Pair = ReturnType<typeof randomPair>;

/** What avsc makes of records of a pair; undefined where it refuses the schemas. It is stricter: see the test that counts. */
function resolverOf({ readerNode, writerType }: Pair): ((avro: Buffer) => unknown) | undefined {
  if (hasAmbiguousUnion(readerNode)) return undefined;
  const readerType = avscType(schemaOf(readerNode, { logical: false }));
  try {
    const resolver = readerType.createResolver(writerType);
    return (avro) => readerType.fromBuffer(avro, resolver);
  } catch {
    return undefined;
  }
}

/** Transcodes and decodes; fails unless both pass or both end in a MalformedAvro, the output then as it was. @returns the JSON */
function jsonOrMalformed(pair: Pair, avro: Buffer, out: ByteWriter): string | undefined {
  const json = transcodeOrMalformed(pair, avro, out);
  let isDecoded = true;
  try {
    pair.decode(avro);
  } catch (error) {
    if (!(error instanceof MalformedAvro)) throw error;
    isDecoded = false;
  }
  if (isDecoded !== (json !== undefined)) throw new Error(`two verdicts on ${avro.toString('hex')} of ${pair.shown}`);
  return json;
}

function transcodeOrMalformed({ transcode, shown }: Pair, avro: Buffer, out: ByteWriter): string | undefined {
  out.length = 0;
  out.text('before');
  try {
    transcode(avro, out);
  } catch (error) {
    if (!(error instanceof MalformedAvro) || out.written().toString() !== 'before')
      throw new Error(`${avro.toString('hex')} of ${shown}`, { cause: error });
    return undefined;
  }
  const json = strictly.decode(out.written().subarray(6));
  JSON.parse(json);
  return json;
}

describe('compileTranscoder and compileDecoder, for random schemas that evolve', () => {
  it(`write and make what avsc resolves, for ${runs} pairs of schemas`, { timeout: 600_000 }, () => {
    const seen = { resolved: 0, refused: 0 };
    const out = new ByteWriter();
    runProperty(process.env, (seed) => {
      for (let run = 0; run < runs; run++) {
        const pair = randomPair(seededRandom(seed + run));
        const resolve = resolverOf(pair);
        for (let value = 0; value < valuesPerPair; value++) {
          const avro = pair.randomAvro();
          const json = jsonOrMalformed(pair, avro, out);
          if (resolve === undefined) {
            seen.refused++;
            continue;
          }
          const reference = resolve(avro);
          const expected = referenceJson(pair.readerNode, reference);
          if (expected.includes(replacement)) expect(json, pair.shown).toBeUndefined();
          else {
            expect(json === undefined ? undefined : parseExactly(json), pair.shown).toEqual(parseExactly(expected));
            expect(readAll(pair.decode(avro)), pair.shown).toEqual(referenceValue(pair.readerNode, reference));
          }
          seen.resolved++;
        }
      }
      // Most are compared, not only seen to do no harm.
      expect(seen.resolved).toBeGreaterThan(runs * valuesPerPair * 0.6);
    });
  });

  it(
    'refuse a record cut short at any place, also on the way past what the reader does not know',
    { timeout: 120_000 },
    () => {
      const out = new ByteWriter();
      runProperty(process.env, (seed) => {
        for (let run = 0; run < 500; run++) {
          const pair = randomPair(seededRandom(seed + run), { rate: 2 });
          const avro = pair.randomAvro();
          for (let length = 0; length < avro.length; length++)
            if (jsonOrMalformed(pair, avro.subarray(0, length), out) !== undefined)
              throw new Error(`${length} bytes of ${avro.toString('hex')} passed: ${pair.shown}`);
          expect(jsonOrMalformed(pair, Buffer.concat([avro, Buffer.of(0)]), out)).toBeUndefined();
        }
      });
    },
  );

  it('make valid JSON and a value or a MalformedAvro of any bytes', { timeout: 600_000 }, () => {
    const seen = { json: 0, malformed: 0 };
    const out = new ByteWriter();
    runProperty(process.env, (seed) => {
      for (let run = 0; run < 500; run++) {
        const random = seededRandom(seed + run);
        const pair = randomPair(random, { rate: 2 });
        const valid = pair.randomAvro();
        for (let tries = 0; tries < 20; tries++) {
          // Half are random altogether; half are a right value with some bytes changed, which gets further.
          const avro = tries % 2 === 0 ? Buffer.alloc(random.whole(0, 40)) : Buffer.from(valid);
          for (let at = 0; at < avro.length; at++)
            if (tries % 2 === 0 || random.chance(0.1))
              avro[at] = random.chance(0.3) ? random.whole(0, 4) : random.whole(0, 255);
          if (jsonOrMalformed(pair, avro, out) === undefined) seen.malformed++;
          else seen.json++;
        }
      }
      expect(Math.min(seen.json, seen.malformed)).toBeGreaterThan(500);
    });
  });
});
