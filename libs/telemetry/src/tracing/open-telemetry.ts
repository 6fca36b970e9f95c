// The only file that imports OpenTelemetry's packages. `runApp` loads it where OTEL_TRACES_EXPORTER asks for it.
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Link,
  type SpanContext,
} from '@opentelemetry/api';
import { getNumberFromEnv, getStringFromEnv, parseTraceParent, setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type BatchSpanProcessorOptions,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import { FatalError } from '../errors/fatal-error.ts';
import { atMost } from '../still-waiting.ts';
import { describeError } from '../log/describe-error.ts';
import type { Logger } from '../log/logger.ts';
import type { Tracing } from './tracing.ts';

const closeMs = 3_000;
/** A collector that stays down is reported so often. */
const reportEveryMs = 300_000;

/**
 * Sends spans by OTLP over HTTP. Collector, headers, sampler, queue and resource follow the variables of OpenTelemetry's specification:
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 *
 * A queue of bounded length (`OTEL_BSP_MAX_QUEUE_SIZE`) is between the app and the collector. What does not fit is dropped.
 */
export function openTelemetry(app: string, logger: Logger): Tracing {
  reportFailures(logger);
  const named = resourceFromAttributes({ 'service.name': app, 'service.namespace': 'sluice' });
  const provider = new TracerProvider({
    sampler: samplerOf(getStringFromEnv('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on'),
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, and win.
    resource: named.merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), ...queueOptions() })],
  });
  const tracer = provider.getTracer('sluice');
  return {
    begin(name, { kind, attributes, from = [] }) {
      const links = from.flatMap(linkTo);
      const parent = links[0]?.context;
      const span = tracer.startSpan(
        name,
        { kind: kind === 'producer' ? SpanKind.PRODUCER : SpanKind.CONSUMER, attributes: { ...attributes }, links },
        parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent),
      );
      return {
        traceparent: headerOf(span.spanContext()),
        event: (what, more) => void span.addEvent(what, { ...more }),
        end(more, failure) {
          span.setAttributes({ ...more });
          if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
          span.end();
        },
      };
    },
    isSampled(traceparent) {
      const context = parseTraceParent(traceparent);
      return context !== null && isRecorded(context);
    },
    async close() {
      await atMost(
        closeMs,
        provider.shutdown().catch(() => {}),
      );
    },
  };
}

/** @throws FatalError for a sampler that does not exist */
function samplerOf(name: string): Sampler {
  const parentBased = /^parentbased_(.*)$/.exec(name)?.[1];
  if (parentBased !== undefined) return new ParentBasedSampler({ root: samplerOf(parentBased) });
  if (name === 'always_on') return new AlwaysOnSampler();
  if (name === 'always_off') return new AlwaysOffSampler();
  if (name === 'traceidratio') return new TraceIdRatioBasedSampler(getNumberFromEnv('OTEL_TRACES_SAMPLER_ARG') ?? 1);
  throw new FatalError(
    `OTEL_TRACES_SAMPLER must be always_on, always_off or traceidratio, or one of them after parentbased_; its end is ${JSON.stringify(name)}`,
  );
}

function queueOptions(): Omit<BatchSpanProcessorOptions, 'exporter'> {
  const [delay, timeout, queue, batch] = [
    'SCHEDULE_DELAY',
    'EXPORT_TIMEOUT',
    'MAX_QUEUE_SIZE',
    'MAX_EXPORT_BATCH_SIZE',
  ].map((name) => getNumberFromEnv(`OTEL_BSP_${name}`));
  return {
    ...(delay !== undefined && { scheduledDelayMillis: delay }),
    ...(timeout !== undefined && { exportTimeoutMillis: timeout }),
    ...(queue !== undefined && { maxQueueSize: queue }),
    ...(batch !== undefined && { maxExportBatchSize: batch }),
  };
}

const isRecorded = ({ traceFlags }: SpanContext): boolean => (traceFlags & TraceFlags.SAMPLED) !== 0;

function linkTo(traceparent: string): Link[] {
  const context = parseTraceParent(traceparent);
  return context === null ? [] : [{ context: { ...context, isRemote: true } }];
}

const headerOf = (context: SpanContext): string | undefined =>
  isRecorded(context) ? `00-${context.traceId}-${context.spanId}-01` : undefined;

/** Without this, OpenTelemetry keeps quiet about a collector that does not answer. */
function reportFailures(logger: Logger): void {
  let reportedMs = -Infinity;
  setGlobalErrorHandler((error) => {
    if (performance.now() - reportedMs < reportEveryMs) return;
    reportedMs = performance.now();
    const reason = typeof error === 'string' ? error : describeError(error);
    logger.warn({ reason }, 'spans cannot be sent, and are dropped; the flow of records does not depend on them');
  });
}
