import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A span as a collector gets it, its attributes as an object. */
interface ReceivedSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  attributes: Readonly<Record<string, unknown>>;
  links: readonly { traceId: string; spanId: string }[];
  events: readonly { name: string }[];
  status?: { code?: number; message?: string };
}

interface Attribute {
  key: string;
  value: Readonly<Record<string, unknown>>;
}

/** https://opentelemetry.io/docs/specs/otlp/#otlphttp, in JSON. */
interface TraceRequest {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: {
      spans: (Omit<ReceivedSpan, 'service' | 'attributes'> & { attributes?: Attribute[] })[];
    }[];
  }[];
}

/** Stands in for OpenTelemetry's collector: an HTTP server that decodes what it gets under `/v1/traces`. */
export async function otlpReceiver() {
  const spans: ReceivedSpan[] = [];
  let isHung = false;
  const server = createServer((request, response) => {
    if (isHung) return;
    void json(request).then((body) => {
      if (request.url === '/v1/traces') spans.push(...spansOf(body as TraceRequest));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    /** From now on it accepts requests and does not answer. */
    hang: () => void (isHung = true),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const spansOf = ({ resourceSpans }: TraceRequest): ReceivedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ attributes = [], links = [], events = [], ...span }) => ({
        ...span,
        ...{ links, events, attributes: valuesOf(attributes) },
        service: String(valuesOf(resource.attributes)['service.name']),
      })),
    ),
  );

const valuesOf = (attributes: readonly Attribute[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
