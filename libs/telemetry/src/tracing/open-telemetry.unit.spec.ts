import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../log/logger.ts';
import { otlpReceiver } from '../testing/otlp-receiver.ts';
import { openTelemetry } from './open-telemetry.ts';

const logger = createLogger({ app: 'ship', level: 'fatal', format: 'json', to: 'stderr' });
const recorded = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const other = '00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203332-01';

let receiver: Awaited<ReturnType<typeof otlpReceiver>>;
beforeEach(async () => {
  receiver = await otlpReceiver();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await receiver.close();
});

describe('spans', () => {
  it('reach a collector, with their links, in the trace of the first', async () => {
    const tracing = openTelemetry('ship', logger);
    const span = tracing.begin('process tweets', {
      ...{ kind: 'consumer', attributes: { 'messaging.destination.name': 'tweets' } },
      from: [recorded, other, 'not a header'],
    });
    span.event('retry', { 'sluice.attempt': 1 });
    span.end({ 'sluice.attempts': 2 });
    await tracing.close();
    expect(receiver.spans).toMatchObject([
      {
        ...{ service: 'ship', name: 'process tweets', kind: 5, parentSpanId: 'b7ad6b7169203331' },
        traceId: '0af7651916cd43dd8448eb211c80319c',
        links: [{ spanId: 'b7ad6b7169203331' }, { traceId: '1af7651916cd43dd8448eb211c80319c' }],
        events: [{ name: 'retry' }],
        attributes: { 'messaging.destination.name': 'tweets' },
      },
    ]);
    expect(span.traceparent).toBe(`00-0af7651916cd43dd8448eb211c80319c-${receiver.spans[0]?.spanId}-01`);
  });

  it('begin a trace where there is none, and fail with a reason', async () => {
    const tracing = openTelemetry('ship', logger);
    const span = tracing.begin('send tweets', { kind: 'producer', attributes: {} });
    span.end({}, 'Kafka is down');
    await tracing.close();
    expect(receiver.spans).toMatchObject([{ kind: 4, links: [], status: { code: 2, message: 'Kafka is down' } }]);
    expect(tracing.isSampled(span.traceparent ?? '')).toBe(true);
  });

  it('are sampled as the environment says, and have no header then', async () => {
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'parentbased_always_off');
    vi.stubEnv('OTEL_SERVICE_NAME', 'my-ship');
    const tracing = openTelemetry('ship', logger);
    expect(tracing.begin('send tweets', { kind: 'producer', attributes: {} }).traceparent).toBeUndefined();
    tracing.begin('process tweets', { kind: 'consumer', attributes: {}, from: [recorded] }).end({});
    await tracing.close();
    // What another app has decided to record is recorded on its way.
    expect(receiver.spans).toMatchObject([{ name: 'process tweets', service: 'my-ship' }]);
  });

  it.each(['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00', '', 'x', `${'0'.repeat(55)}`])(
    'do not continue %j',
    (header) => expect(openTelemetry('ship', logger).isSampled(header)).toBe(false),
  );
});

describe('a collector that does not answer', () => {
  it('holds up neither the work nor the end', { timeout: 30_000 }, async () => {
    receiver.hang();
    const tracing = openTelemetry('ship', logger);
    const startedMs = performance.now();
    // More than the queue takes: the others are dropped.
    for (let n = 0; n < 10_000; n++) tracing.begin('send tweets', { kind: 'producer', attributes: { n } }).end({});
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    await tracing.close();
    expect(performance.now() - startedMs).toBeLessThan(6_000);
  });
});
