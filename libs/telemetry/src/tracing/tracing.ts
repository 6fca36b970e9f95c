// Traces without OpenTelemetry's packages, so that an app that does not trace does not load them.

/** The header of a record that names its trace: https://www.w3.org/TR/trace-context/#traceparent-header */
export const traceHeader = 'traceparent';

/** A record with the header of a trace, in place of one that it has. */
export const withTrace = <R extends { readonly headers?: Readonly<Record<string, unknown>> }>(
  record: R,
  traceparent: string,
): R => ({ ...record, headers: { ...record.headers, [traceHeader]: traceparent } });

/** What every span about a topic says: https://opentelemetry.io/docs/specs/semconv/messaging/kafka/ */
export const topicAttributes = (operation: 'send' | 'process', topic: string) => ({
  'messaging.system': 'kafka',
  'messaging.operation.name': operation,
  'messaging.operation.type': operation,
  'messaging.destination.name': topic,
});

type Attributes = Readonly<Record<string, string | number>>;

/** What an app does with a batch, as one span. It is lost unless it is ended. */
export interface BatchSpan {
  /** For the header of what is published with it; undefined where it is not sampled. */
  readonly traceparent: string | undefined;
  /** Notes something that happened, such as a retry. */
  event(name: string, attributes?: Attributes): void;
  /** @param failure why it has failed, in one sentence without the contents of records */
  end(attributes: Attributes, failure?: string): void;
}

/** Makes spans. They are sent in the background: an app never waits for it. */
export interface Tracing {
  /**
   * Begins the span of a batch.
   *
   * @param options.kind whether the records go to Kafka or come from it
   * @param options.from the headers of records whose traces it continues: it belongs to the trace of the first, and links to all
   */
  begin(
    name: string,
    options: { kind: 'producer' | 'consumer'; attributes: Attributes; from?: readonly string[] },
  ): BatchSpan;
  /** Whether a header is that of a trace that is recorded. */
  isSampled(traceparent: string): boolean;
  /** Sends what is left, for a few seconds at most. Never throws. */
  close(): Promise<void>;
}
