import { capturedLog } from '@sluice/kafka/testing';
import { objectStoreTests, testRecord } from '@sluice/objects/testing';
import type { CollectingSink, SinkRecord } from '@sluice/sink';
import { createHealth } from '@sluice/telemetry';
import { httpProxy, serverAddresses, type Answering, type HttpProxy, type ProxiedRequest } from '@sluice/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { gcsSink } from './gcs-sink.ts';
import { gcsRig, gcsUnderTest, rigConfig, type GcsRig } from './testing/gcs-rig.ts';
import { readBucket, standIn } from './testing/read-bucket.ts';

const signal = new AbortController().signal;
const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close();
});

async function rigOf(): Promise<GcsRig> {
  const rig = await gcsRig();
  closing.push(rig);
  return rig;
}

async function proxyOf(answering: Answering): Promise<HttpProxy> {
  const proxy = await httpProxy({ target: serverAddresses().gcsEndpoint, answering });
  closing.push(proxy);
  return proxy;
}

/** A proxy that only looks, and what it has seen. */
async function lookingProxy(): Promise<{ proxy: HttpProxy; seen: readonly ProxiedRequest[] }> {
  const seen: ProxiedRequest[] = [];
  const proxy = await proxyOf((request, forward) => {
    seen.push(request);
    return forward();
  });
  return { proxy, seen };
}

function collectorOf(sink: CollectingSink, { topic, contract }: GcsRig, records: readonly SinkRecord[]) {
  const collector = sink.collect({ topic, partition: 0, contract });
  for (const record of records) collector.add(record);
  return collector;
}

const some = ({ contract }: GcsRig, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) =>
    testRecord({ contract, offset: from + n, event: { text: `${from + n}` } }),
  );

objectStoreTests(gcsUnderTest);

describe('a request', () => {
  it('states the checksum, so that the service refuses other bytes, and creates only', async () => {
    const rig = await rigOf();
    const { proxy, seen } = await lookingProxy();
    const sink = await rig.open({ GCS_ENDPOINT: proxy.url, GCS_PREFIX: 'my events/' });
    await collectorOf(sink, rig, some(rig, 0, 3)).deliver({ signal, attempt: 1 });
    const [object] = await readBucket(rig.bucket, `my events/${rig.topic}/`);
    const upload = seen.find(({ url }) => url.startsWith('/upload/'));
    const body = upload?.body.toString('latin1');
    expect(upload?.url).toContain('ifGenerationMatch=0');
    expect(body).toContain(`"contentType":"application/gzip","crc32c":"${object?.facts.crc32c}"`);
    expect(body).not.toContain('contentEncoding');
  });
});

describe('open', () => {
  it('creates the bucket as the settings say, once', async () => {
    const rig = await rigOf();
    const { proxy, seen } = await lookingProxy();
    const environment = {
      GCS_ENDPOINT: proxy.url,
      GCS_LOCATION: 'asia-northeast1',
      GCS_STORAGE_CLASS: 'nearline',
      GCS_DELETE_AFTER_DAYS: '730',
    };
    await Promise.all([rig.open(environment), rig.open(environment)]);
    await rig.open(environment);
    const [created] = seen.filter(({ method, url }) => method === 'POST' && /^\/storage\/v1\/b\?/.test(url));
    expect(JSON.parse(String(created?.body))).toMatchObject({
      name: rig.bucket,
      location: 'asia-northeast1',
      storageClass: 'NEARLINE',
      lifecycle: { rule: [{ action: { type: 'Delete' }, condition: { age: 730 } }] },
      iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
    });
  });

  it('leaves a bucket that exists as it is, and says where it differs', async () => {
    const rig = await rigOf();
    await standIn().createBucket(rig.bucket, { location: 'EU' });
    const { logger, lines } = capturedLog();
    const sink = gcsSink(rigConfig(rig.bucket, { GCS_LOCATION: 'asia-northeast1' }), [rig.contract], {
      logger,
      health: createHealth([]),
    });
    await sink.open(signal);
    const [{ location }] = await standIn().bucket(rig.bucket).getMetadata();
    const warning = lines.find(({ level }) => level === 'warn');
    expect(warning?.fields['differences']).toEqual([`its location is ${location}, not asia-northeast1`]);
    await sink.close();
  });
});
