import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MalformedAvro } from '@sluice/avro';
import { hostMetrics } from '@sluice/contracts';
import type { SinkRecord } from '@sluice/sink';
import { stdout } from './stdout.ts';

const context = { signal: new AbortController().signal, attempt: 1 };

function batch(values: readonly object[]) {
  const records = values.map((value, n): SinkRecord => {
    const json = JSON.stringify(value);
    return {
      id: `${n}`,
      offset: BigInt(n),
      timestamp: new Date(0),
      timestampMs: new Date(0).getTime(),
      writeId: (out) => out.text(JSON.stringify(`${n}`)),
      key: null,
      headers: {},
      value,
      writeJson: (out) => out.text(json),
      avro: Buffer.alloc(0),
      writeAvro: () => {},
      schema: {
        id: 1,
        avro: 'string',
        writeJson(_, out) {
          out.text(json);
          return undefined;
        },
        check: () => {},
        prefixBytes: 5,
        unknownFields: () => [],
        decode: () => value,
      },
    };
  });
  return { topic: hostMetrics.topic, partition: 0, contract: hostMetrics, records };
}

describe('stdout', () => {
  it('writes one line of JSON an event, in order', async () => {
    const output = new PassThrough();
    const { verdicts } = await stdout(output).write(batch([{ n: 1 }, { text: 'a\nb' }, { n: 3 }]), context);
    expect(verdicts).toEqual([{ status: 'delivered' }, { status: 'delivered' }, { status: 'delivered' }]);
    expect(output.read().toString()).toBe('{"n":1}\n{"text":"a\\nb"}\n{"n":3}\n');
  });

  it('is as slow as its reader', async () => {
    let taken: () => void = () => {};
    const output = new Writable({ write: (_bytes, _encoding, done) => void (taken = done) });
    let done = false;
    const writing = stdout(output)
      .write(batch([{ n: 1 }]), context)
      .then(() => (done = true));
    await new Promise(setImmediate);
    expect(done).toBe(false);
    taken();
    await writing;
    expect(done).toBe(true);
  });

  it('fails when its reader has gone, so that nothing is taken for delivered', async () => {
    const output = new PassThrough();
    output.on('error', () => {});
    output.destroy();
    await expect(stdout(output).write(batch([{ n: 1 }]), context)).rejects.toThrow();
  });

  it('rejects a record that cannot be read, and only that', async () => {
    const output = new PassThrough();
    const all = batch([{ n: 1 }, { n: 2 }, { n: 3 }]);
    const records = all.records.map((record, n): SinkRecord => ({
      ...record,
      writeJson(out) {
        if (n === 1) throw new MalformedAvro('cut short');
        record.writeJson(out);
      },
    }));
    const { verdicts } = await stdout(output).write({ ...all, records }, context);
    expect(verdicts).toEqual([
      { status: 'delivered' },
      { status: 'rejected', reason: 'cut short', errorClass: 'undecodable' },
      { status: 'delivered' },
    ]);
    expect(output.read().toString()).toBe('{"n":1}\n{"n":3}\n');
  });
});
