import { ByteWriter } from '@sluice/avro';
import type { SinkRecord, Verdict } from '@sluice/sink';
import { bulkFilterPath, bulkVerdict, isOverloaded, isRefusal, type BulkItem } from '../bulk/bulk-verdict.ts';
import { errorReason } from '../bulk/error-reason.ts';
import { existingVerdicts, type IndexedEvent } from '../bulk/existing-documents.ts';
import { errorObject, type DocumentCluster } from '../cluster.ts';
import { propertiesOf, type Properties } from '../indices/addable-fields.ts';
import { isBeyondFields, refusedField } from './refused-field.ts';
import { rescuedJson, wholeDocument, withoutField, withoutNewNames, type ReducedDocument } from './rescued-document.ts';

/** A document that the cluster has refused. */
export interface RefusedDocument {
  readonly record: SinkRecord;
  readonly item: BulkItem;
}

interface Rescue {
  readonly record: SinkRecord;
  reduced: ReducedDocument;
  /** Undefined as long as it is open. */
  verdict: Verdict | undefined;
}

/** The cluster names one field at a time. A document that has more such fields than this is not worth the requests. */
const mostFields = 8;

/**
 * Indexes refused documents again, without the values that made the cluster refuse them: these are moved to `_sluice.rescued`, as text.
 *
 * @param refused documents of one event
 * @returns their verdicts, in order: a refusal where the cluster names no field, or refuses too many of them
 * @throws as `DocumentCluster.request`
 */
export async function rescueRefused(
  cluster: DocumentCluster,
  refused: readonly RefusedDocument[],
  { event, timeout, signal }: { event: IndexedEvent; timeout: string; signal: AbortSignal },
): Promise<Verdict[]> {
  const out = new ByteWriter();
  const reduce = reducing(cluster, event, signal);
  const rescues: Rescue[] = [];
  for (const { record, item } of refused) {
    out.length = 0;
    record.writeJson(out);
    const rescue = { record, reduced: wholeDocument(out.written().toString()), verdict: undefined };
    rescues.push(rescue);
    await reduce(rescue, item);
  }
  for (let round = 0; round < mostFields; round++) {
    const open = rescues.filter(({ verdict }) => verdict === undefined);
    if (open.length === 0) break;
    await indexAgain(cluster, open, { event, timeout, signal, reduce, isLast: round === mostFields - 1 }, out);
  }
  return rescues.map(({ verdict }) => verdict ?? notRescued);
}

const notRescued: Verdict = Object.freeze({ status: 'rejected', reason: 'the document has too many refused fields' });

/** Moves aside what the cluster has refused, or gives the verdict where that cannot be done. */
type Reduce = (rescue: Rescue, item: BulkItem) => Promise<void>;

function reducing(cluster: DocumentCluster, event: IndexedEvent, signal: AbortSignal): Reduce {
  const known = new Map<string, Promise<Properties>>();
  const fieldsOf = (index: string): Promise<Properties> => {
    const found = known.get(index) ?? mappedFields(cluster, index, signal);
    known.set(index, found);
    return found;
  };
  const reduced = async ({ record, reduced: before }: Rescue, { error }: BulkItem) => {
    if (isBeyondFields(error)) {
      const fields = await fieldsOf(event.indexOf(record.timestampMs));
      const without = (document: ReducedDocument, part: string) =>
        withoutNewNames(document, part, propertiesOf(fields[part])) ?? document;
      const after = event.open.reduce(without, before);
      return after === before ? undefined : after;
    }
    const field = event.rescues ? refusedField(error) : undefined;
    return field === undefined ? undefined : withoutField(before, field);
  };
  return async (rescue, item) => {
    const after = await reduced(rescue, item);
    if (after !== undefined) rescue.reduced = after;
    else rescue.verdict = { status: 'rejected', reason: errorReason(item.status, item.error, cluster.remedy) };
  };
}

/** @throws Error in a sentence where the cluster does not tell */
async function mappedFields(cluster: DocumentCluster, index: string, signal: AbortSignal): Promise<Properties> {
  const path = `/${encodeURIComponent(index)}/_mapping`;
  const { status, body } = await cluster.request({ method: 'GET', path }, signal);
  if (status >= 400)
    throw new Error(
      `${cluster.product} does not say which fields ${index} has: ${errorReason(status, errorObject(body), cluster.remedy)}`,
    );
  const [found] = Object.values(body as Record<string, { mappings?: unknown }>);
  return propertiesOf(found?.mappings);
}

/** One request for what is open. */
interface Round {
  readonly event: IndexedEvent;
  readonly timeout: string;
  readonly signal: AbortSignal;
  readonly reduce: Reduce;
  readonly isLast: boolean;
}

async function indexAgain(
  cluster: DocumentCluster,
  open: readonly Rescue[],
  { event, timeout, signal, reduce, isLast }: Round,
  out: ByteWriter,
): Promise<void> {
  out.length = 0;
  for (const { record, reduced } of open) {
    out.text(`{"create":{"_index":${JSON.stringify(event.indexOf(record.timestampMs))},"_id":`);
    record.writeId(out);
    out.text(`}}\n${rescuedJson(reduced)}\n`);
  }
  const { status, body } = await cluster.request(
    // Copied, as the writer is used again while the connection may still read the bytes of a refused request.
    {
      method: 'POST',
      path: '/_bulk',
      querystring: { filter_path: bulkFilterPath, timeout },
      body: Buffer.from(out.written()),
    },
    signal,
  );
  const items = (body as { items?: readonly Record<string, BulkItem>[] }).items ?? [];
  const whole = wholeVerdict(cluster, status, body, items.length === open.length);
  const existing: Rescue[] = [];
  for (const [at, rescue] of open.entries()) {
    const item = Object.values(items[at] ?? {})[0] ?? { status: 0 };
    const verdict = whole ?? bulkVerdict(item, cluster.remedy);
    if (verdict === 'exists') existing.push(rescue);
    else if (verdict.status === 'delivered')
      rescue.verdict = { status: 'delivered', rescued: movedFields(rescue.reduced) };
    else if (verdict.status === 'retry' || isLast || whole !== undefined) rescue.verdict = verdict;
    else await reduce(rescue, item);
  }
  if (existing.length === 0) return;
  const records = existing.map(({ record }) => record);
  const verdicts = await existingVerdicts(cluster, records, event, signal);
  existing.forEach((rescue, at) => (rescue.verdict = verdicts[at]));
}

const movedFields = ({ values, flattened }: ReducedDocument): string[] => [
  ...new Set([...values.map(({ field }) => field), ...Object.keys(flattened)]),
];

/** The verdict on all documents of a request that was not answered document by document. */
function wholeVerdict(
  { remedy, product }: DocumentCluster,
  status: number,
  body: unknown,
  isComplete: boolean,
): Verdict | undefined {
  if (status < 400)
    return isComplete ? undefined : { status: 'retry', reason: `${product} did not answer for each document` };
  const cause = errorObject(body);
  const reason = errorReason(status, cause, remedy);
  if (isRefusal(status, cause)) return { status: 'rejected', reason };
  return { status: 'retry', reason, ...(isOverloaded(status) && { cause: 'overloaded' }) };
}
