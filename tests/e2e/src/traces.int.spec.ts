// Traces of real apps. The collector is a stand-in: a plain HTTP server that decodes OTLP's JSON.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { iotEvent, iotReading, topicName } from '@sluice/contracts';
import { headerText } from '@sluice/kafka';
import { testKafka, uniqueName, type TestKafka } from '@sluice/kafka/testing';
import { otlpReceiver } from '@sluice/telemetry/testing';
import { eventually, serverAddresses, startAppProcess, type AppProcess } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

let kafka: TestKafka;
beforeAll(async () => void (kafka = await testKafka(serverAddresses().kafkaBrokers)));
afterAll(() => kafka.disconnect());

const folder = mkdtempSync(join(tmpdir(), 'traces-'));
const start = (app: string, environment: Record<string, string>): AppProcess => {
  const logFile = join(folder, `${app.replace('/', '-')}.log`);
  const running = startAppProcess({ folder: app, environment, logFile });
  onTestFinished(() => running.kill());
  return running;
};
const logOf = (app: string) => readFileSync(join(folder, `${app.replace('/', '-')}.log`), 'utf8');

/** A source that ends after so many measurements. */
const measurements = (count: number, more: Record<string, string> = {}) => ({
  ...{ IOT_MEASUREMENTS: String(count), IOT_READINGS_PER_SECOND: '1000', IOT_TROUBLE: 'false' },
  ...{ SOURCE_INSTANCE: uniqueName('traces'), IOT_SEED: String(Date.now() % 1_000_000), ...more },
});

const topic = topicName(iotReading);
const ends = async () =>
  new Map(((await kafka.ends(topic)) ?? []).map(({ partition, end }) => [partition, end] as const));

/** The trace headers of the readings that came since then. */
const headersSince = async (before: ReadonlyMap<number, bigint>) =>
  (await kafka.records(topic))
    .filter(({ partition, offset }) => offset >= (before.get(partition) ?? 0n))
    .map(({ headers }) => headerText(headers, 'traceparent'));

describe('traces', () => {
  it('go from the source over the processor to the sink', { timeout: 180_000 }, async () => {
    const receiver = await otlpReceiver();
    onTestFinished(() => receiver.close());
    const traced = {
      ...{ OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '500' },
      ...{ PROCESSOR_GROUP: uniqueName('traces'), SINK_GROUP: uniqueName('traces') },
    };
    const before = await ends();
    expect(await start('sources/iot', measurements(300, traced)).exited).toBe(0);
    const sent = (await headersSince(before)).filter((text) => text !== undefined);
    expect(sent.length).toBeGreaterThanOrEqual(300);
    const traces = new Set(sent.map((text) => text.split('-')[1] ?? ''));
    const ofSource = receiver.spans.filter(({ service }) => service === 'iot');
    expect(new Set(ofSource.map(({ traceId }) => traceId))).toEqual(traces);
    expect(ofSource[0]).toMatchObject({ name: 'send iot-readings', kind: 4 });

    const processor = start('processors/iot-enrich', traced);
    const sink = start('sinks/stdout', { ...traced, SINK_TOPICS: topicName(iotEvent) });
    const spansOf = (app: string) =>
      receiver.spans.filter(
        ({ service, traceId, links }) =>
          service === app && (traces.has(traceId) || links.some((link) => traces.has(link.traceId))),
      );
    await eventually(() => {
      expect(spansOf('iot-enrich')).not.toEqual([]);
      expect(spansOf('stdout')).not.toEqual([]);
    }, 90_000);
    expect(spansOf('iot-enrich')[0]).toMatchObject({ name: 'process iot-readings', kind: 5 });
    expect(spansOf('stdout')[0]).toMatchObject({ name: 'process iot-events', kind: 5 });
    // The sink's span hangs below the processor's, or links to it or to the source's.
    const known = new Set([...ofSource, ...spansOf('iot-enrich')].map(({ spanId }) => spanId));
    for (const { parentSpanId = '', links } of spansOf('stdout'))
      expect([parentSpanId, ...links.map(({ spanId }) => spanId)].some((id) => known.has(id))).toBe(true);
    for (const { links } of receiver.spans) expect(links.length).toBeLessThanOrEqual(32);
    expect(await Promise.all([processor.stop(), sink.stop()])).toEqual([0, 0]);
  });

  it('are not written unless asked for', { timeout: 60_000 }, async () => {
    const before = await ends();
    expect(await start('sources/iot', measurements(50)).exited).toBe(0);
    const headers = await headersSince(before);
    expect(headers.length).toBeGreaterThanOrEqual(50);
    expect(headers.every((text) => text === undefined)).toBe(true);
  });

  it('hold up nothing while the collector does not answer', { timeout: 120_000 }, async () => {
    const receiver = await otlpReceiver();
    onTestFinished(() => receiver.close());
    receiver.hang();
    const before = await ends();
    const startedMs = performance.now();
    const environment = {
      ...{ OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
      ...{ OTEL_BSP_SCHEDULE_DELAY: '100', OTEL_BSP_EXPORT_TIMEOUT: '1000', OTEL_EXPORTER_OTLP_TIMEOUT: '1000' },
    };
    expect(await start('sources/iot', measurements(3_000, environment)).exited).toBe(0);
    // 3 s of measurements, the start, and the 3 s that the last spans may take.
    expect(performance.now() - startedMs).toBeLessThan(45_000);
    expect((await headersSince(before)).length).toBeGreaterThanOrEqual(3_000);
    expect(logOf('sources/iot')).toContain('spans cannot be sent');
  });
});
