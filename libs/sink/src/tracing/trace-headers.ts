import { headerText } from '@sluice/kafka';
import { traceHeader, withTrace, type Tracing } from '@sluice/telemetry';
import type { OutputRecord, SinkRecord } from '../contract/sink.ts';

/** A span links to so many traces at most: those of the first records that have one. */
const mostTraces = 32;
/** So many records are looked at for that. */
const mostRecords = 1_000;

/** The trace headers of the records of a batch or unit: those that are recorded, each once, up to a bound. */
export class TraceHeaders {
  readonly #found = new Set<string>();
  readonly #isSampled: (header: string) => boolean;
  #looked = 0;

  constructor({ isSampled }: Pick<Tracing, 'isSampled'>) {
    this.#isSampled = isSampled;
  }

  note({ headers }: Pick<SinkRecord, 'headers'>): void {
    if (this.isFull) return;
    this.#looked++;
    const header = headerText(headers, traceHeader);
    if (header !== undefined && !this.#found.has(header) && this.#isSampled(header)) this.#found.add(header);
  }

  get isFull(): boolean {
    return this.#found.size >= mostTraces || this.#looked >= mostRecords;
  }

  get all(): readonly string[] {
    return [...this.#found];
  }
}

/**
 * Outputs in the trace of the span that they were made in. An output that has the header of its own record's trace, another one, keeps it.
 *
 * @param span the span's header; undefined where it is not recorded
 */
export function tracedOutputs(outputs: readonly OutputRecord[], span: string | undefined): readonly OutputRecord[] {
  if (span === undefined) return outputs;
  return outputs.map((output) => {
    const own = headerText(output.headers ?? {}, traceHeader);
    return own === undefined || traceOf(own) === traceOf(span) ? withTrace(output, span) : output;
  });
}

/** The id of the trace: `00-<trace>-<span>-01`. */
const traceOf = (header: string): string | undefined => header.split('-')[1];
