import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { objectStoreTests, testRecord, type ObjectRig } from '@sluice/objects/testing';
import type { CollectingSink, SinkRecord } from '@sluice/sink';
import {
  eventually,
  httpProxy,
  serverAddresses,
  type Answering,
  type HttpProxy,
  type ProxiedRequest,
} from '@sluice/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { localS3 } from './testing/read-bucket.ts';
import { s3Rig, s3UnderTest } from './testing/s3-rig.ts';

const signal = new AbortController().signal;
const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close();
});

async function rigOf(): Promise<ObjectRig> {
  const rig = await s3Rig();
  closing.push(rig);
  return rig;
}

async function proxyOf(answering: Answering): Promise<HttpProxy> {
  const proxy = await httpProxy({ target: serverAddresses().s3Endpoint, answering });
  closing.push(proxy);
  return proxy;
}

function collectorOf(sink: CollectingSink, { topic, contract }: ObjectRig, records: readonly SinkRecord[]) {
  const collector = sink.collect({ topic, partition: 0, contract });
  for (const record of records) collector.add(record);
  return collector;
}

const some = ({ contract }: ObjectRig, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) =>
    testRecord({ contract, offset: from + n, event: { text: `${from + n}` } }),
  );

objectStoreTests(s3UnderTest);

describe('a request', () => {
  it('states the checksum, so that the server refuses other bytes, and creates only', async () => {
    const rig = await rigOf();
    const seen: ProxiedRequest[] = [];
    const proxy = await proxyOf((request, forward) => {
      seen.push(request);
      return forward();
    });
    const sink = await rig.open({ S3_ENDPOINT: proxy.url, S3_PREFIX: 'my events/' });
    await collectorOf(sink, rig, some(rig, 0, 3)).deliver({ signal, attempt: 1 });
    const [object] = await rig.objects();
    expect(object?.name).toMatch(new RegExp(`^my events/${rig.topic}/`));
    const upload = seen.find((request) => s3UnderTest.isUpload(request));
    expect(upload?.headers).toMatchObject({
      'if-none-match': '*',
      'x-amz-checksum-crc32c': object?.facts.crc32c,
      'content-type': 'application/gzip',
    });
    expect(upload?.headers['content-encoding']).toBeUndefined();
  });

  it('whose bytes were changed on their way is refused by the server', async () => {
    const rig = await rigOf();
    let isDamaging = true;
    const proxy = await proxyOf((request, forward) => {
      // The signature covers the hash in this header, and not the bytes: so it is the checksum that shows the damage.
      const last = request.body.length - 1;
      if (isDamaging && s3UnderTest.isUpload(request)) request.body.writeUInt8((request.body[last] ?? 0) ^ 1, last);
      return forward();
    });
    const sink = await rig.open({ S3_ENDPOINT: proxy.url });
    const collector = collectorOf(sink, rig, some(rig, 0, 3));
    await expect(collector.deliver({ signal, attempt: 1 })).rejects.toThrow('the object was damaged on its way');
    expect(await rig.objects()).toEqual([]);
    isDamaging = false;
    expect(await collector.deliver({ signal, attempt: 2 })).toMatchObject({ deliveredThrough: 3n });
  });
});

describe('open', () => {
  it('creates the bucket, once', async () => {
    const rig = await rigOf();
    // versitygw sometimes answers 500 to the slower of two that create a bucket at once. A sink tries again too.
    const open = () => eventually(() => rig.open());
    await Promise.all([open(), open()]);
    await rig.open();
    const client = localS3();
    await client.send(new HeadBucketCommand({ Bucket: rig.bucket }));
    client.destroy();
  });

  it('refuses a server that replaces an object whose name is taken', async () => {
    const rig = await rigOf();
    await rig.open();
    // What a server without conditional writes says to any put.
    const proxy = await proxyOf((request, forward) =>
      request.method === 'PUT' && request.headers['if-none-match'] === '*' ? { status: 200 } : forward(),
    );
    await expect(rig.open({ S3_ENDPOINT: proxy.url })).rejects.toThrow(/ignores If-None-Match: \*/);
  });

  it('says in one sentence that the secret key is wrong, and which one', async () => {
    const rig = await rigOf();
    const secret = process.env['AWS_SECRET_ACCESS_KEY'];
    process.env['AWS_SECRET_ACCESS_KEY'] = 'wrong';
    try {
      await expect(rig.open()).rejects.toThrow(/AWS_SECRET_ACCESS_KEY|may not use bucket/);
    } finally {
      process.env['AWS_SECRET_ACCESS_KEY'] = secret;
    }
  });
});
