import { headerText } from '@sluice/kafka';
import { eventually, httpProxy, type HttpProxy } from '@sluice/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { objectRig, type ObjectRig, type ObjectSinkUnderTest } from './object-rig.ts';

const texts = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${prefix}-${n} é語😀\u0000"\\`);
const offsets = (rows: readonly { _kafka: { offset: number } }[]) => rows.map(({ _kafka }) => _kafka.offset);

/** Waits until the rows are these, each once. */
const expectTexts = (rig: ObjectRig, expected: readonly string[]) =>
  eventually(async () => expect(await rig.texts()).toEqual(expected), 40_000, 300);

/** Every object is announced, once, as it is; and each begins where the one before it ended. */
async function expectChain(rig: ObjectRig): Promise<void> {
  const objects = await eventually(async () => {
    const found = await rig.objects();
    expect(await rig.announced()).toHaveLength(found.length);
    return found;
  });
  const announced = await rig.announced();
  expect(announced.map(({ id }) => id).sort()).toEqual(objects.map(({ name }) => name).sort());
  for (const { name, facts, rows } of objects) {
    const object = announced.find(({ id }) => id === name)?.object;
    expect(object).toMatchObject({
      bucket: rig.bucket,
      name,
      topic: rig.topic,
      partition: facts.partition,
      first_offset: Number(facts.firstOffset),
      last_offset: Number(facts.lastOffset),
      records: rows.length,
      crc32c: facts.crc32c,
      format: facts.format,
      schema_id: facts.schemaId,
      schema_ids: facts.schemaIds,
    });
    expect(offsets(rows)).toEqual(offsets(rows).toSorted((a, b) => a - b));
    expect([offsets(rows)[0], offsets(rows).at(-1)]).toEqual([Number(facts.firstOffset), Number(facts.lastOffset)]);
  }
}

const closing: { close(): Promise<void> }[] = [];

/** Declares the tests that every sink of objects passes. Called once, by each such sink's integration spec. */
export function objectSinkTests(under: ObjectSinkUnderTest): void {
  afterEach(async () => {
    for (const one of closing.splice(0)) await one.close();
  });

  async function rigOf(options: { partitions?: number } = {}): Promise<ObjectRig> {
    const rig = await objectRig(under, options);
    closing.push(rig);
    return rig;
  }

  async function proxyOf(options: Partial<Parameters<typeof httpProxy>[0]> = {}): Promise<HttpProxy> {
    const proxy = await httpProxy({ target: under.endpoint(), ...options });
    closing.push(proxy);
    return proxy;
  }

  describe.each(['json', 'avro'])('the sink, writing %s', (format) => {
    it('delivers every record once, and announces every object once', async () => {
      const rig = await rigOf({ partitions: 3 });
      rig.run(rig.group, rig.settings({ FORMAT: format, OBJECT_RECORDS: '400' }));
      const sent = texts('a', 3_000);
      await rig.send(sent);
      await eventually(async () => expect((await rig.texts()).sort()).toEqual(sent.toSorted()), 40_000, 300);
      await expectChain(rig);
      const [object] = await rig.objects();
      expect(object?.name).toMatch(
        new RegExp(
          `^${rig.topic}/date=\\d{4}-\\d\\d-\\d\\d/\\d/00000000000000000000\\.${format === 'json' ? 'json\\.gz' : 'avro'}$`,
        ),
      );
      expect(object?.contentType).toBe(format === 'json' ? 'application/gzip' : 'application/avro');
      expect(object?.rows[0]).toMatchObject({
        _kafka: { topic: rig.topic, partition: object?.facts.partition, offset: 0 },
      });
    });

    it('puts what cannot be read into the dead letters, byte for byte, and delivers the rest', async () => {
      const rig = await rigOf();
      await rig.send(['before']);
      const [before] = await rig.records();
      const broken = Buffer.concat([before?.value ?? Buffer.of(), Buffer.of(0)]);
      await rig.sendRaw(broken);
      await rig.sendRaw(null);
      await rig.send(['after']);
      rig.run(rig.group, rig.settings({ FORMAT: format }));
      await expectTexts(rig, ['before', 'after']);
      await expectChain(rig);
      const deadLetters = await eventually(async () => {
        const found = await rig.deadLetters();
        expect(found).toHaveLength(2);
        return found;
      });
      expect(deadLetters.map(({ value }) => value)).toEqual([broken, null]);
      expect(headerText(deadLetters[0]?.headers ?? {}, 'dead-letter.reason')).toMatch(
        /do not fit schema \d+: 1 bytes follow/,
      );
    });

    it('continues when the producer’s schema gains a field', async () => {
      const rig = await rigOf();
      rig.run(rig.group, rig.settings({ FORMAT: format, OBJECT_WAIT_MS: '1000', SMALL_OBJECT_WAIT_MS: '1000' }));
      await rig.send(['old-1', 'old-2']);
      await rig.send(['new-1', 'new-2'], { by: rig.newer });
      await rig.send(['old-3']);
      await expectTexts(rig, ['old-1', 'old-2', 'new-1', 'new-2', 'old-3']);
      await expectChain(rig);
      const objects = await rig.objects();
      const ids = objects.map(({ facts }) => facts.schemaId);
      if (format === 'json') expect(new Set(ids)).toEqual(new Set([(await rig.codec.encoder(rig.contract)).schemaId]));
      else {
        // A container has one schema, its writer's, with all of its fields.
        expect(new Set(ids).size).toBe(2);
        expect(objects.find(({ rows }) => rows[0]?.['text'] === 'new-1')?.rows[0]).toMatchObject({ mood: 'calm' });
      }
    });

    it('adopts what an owner that died had written and not committed, where it cut elsewhere', async () => {
      const rig = await rigOf();
      const sent = texts('b', 50);
      await rig.send(sent);
      const first = rig.run(rig.group, rig.settings({ FORMAT: format, OBJECT_RECORDS: '20' }));
      await eventually(async () => expect(await rig.texts()).toEqual(sent), 40_000, 300);
      await first.stop();
      // Another group begins at the beginning, as the same would whose commits were lost, with other cuts.
      for (const [round, records] of ['7', '35'].entries()) {
        const again = rig.run(`${rig.group}-${round}`, rig.settings({ FORMAT: format, OBJECT_RECORDS: records }));
        await eventually(async () => expect(await rig.announced()).toHaveLength(3 * (round + 2)), 40_000, 300);
        await again.stop();
      }
      expect(await rig.texts()).toEqual(sent);
      const names = (await rig.announced()).map(({ id }) => id);
      expect(new Set(names).size).toBe(3);
    });
  });

  describe('the sink', () => {
    it('makes one object, though answers are lost and the service goes and comes back', async () => {
      const rig = await rigOf();
      let uploads = 0;
      const proxy = await proxyOf({
        async answering(request, forward) {
          const answer = await forward();
          return under.isUpload(request) && ++uploads % 2 === 1 ? 'broken connection' : answer;
        },
      });
      const sink = rig.run(rig.group, rig.settings({ ENDPOINT: proxy.url }));
      await rig.send(['one']);
      await expectTexts(rig, ['one']);
      await expectChain(rig);
      await proxy.close();
      await rig.send(['two']);
      await eventually(() => expect(sink.lines.some(({ level }) => level === 'warn')).toBe(true), 40_000);
      await proxyOf({ port: proxy.port });
      await expectTexts(rig, ['one', 'two']);
      await expectChain(rig);
    });

    it('cuts at midnight of the events, into the folder of the first one, and late records make no objects of their own', async () => {
      const rig = await rigOf();
      rig.run(
        rig.group,
        rig.settings({ SMALL_OBJECT_BYTES: '0', OBJECT_WAIT_MS: '3000', SMALL_OBJECT_WAIT_MS: '3000' }),
      );
      const day = (n: number) => Date.UTC(2026, 2, n, 12);
      for (const [text, n] of [
        ['a', 5],
        ['b', 5],
        ['c', 6],
        ['late', 4],
        ['d', 6],
      ] as const)
        await rig.send([text], { timeMs: day(n) });
      await expectTexts(rig, ['a', 'b', 'c', 'late', 'd']);
      const folders = (await rig.objects()).map(({ name, rows }) => [name.split('/')[1], rows.length]);
      expect(folders).toEqual([
        ['date=2026-03-05', 2],
        ['date=2026-03-06', 3],
      ]);
      await expectChain(rig);
    });

    it('lets a quiet topic gather for longer', async () => {
      const rig = await rigOf();
      rig.run(rig.group, rig.settings({ OBJECT_WAIT_MS: '100', SMALL_OBJECT_WAIT_MS: '4000' }));
      for (const text of ['a', 'b', 'c', 'd']) await rig.send([text]);
      await expectTexts(rig, ['a', 'b', 'c', 'd']);
      expect(await rig.objects()).toHaveLength(1);
    });
  });
}
