import { agreeingJson, ByteWriter, parseExact } from '@sluice/avro';
import { delivered, type SinkRecord, type Verdict } from '@sluice/sink';
import { errorObject, type ClusterError, type DocumentCluster, type Remedy } from '../cluster.ts';
import { restoredDocument } from '../rescue/rescued-document.ts';
import { errorReason } from './error-reason.ts';

/** Documents in one request. */
const documentsAtOnce = 200;

/** What an event's contract says of its documents. */
export interface IndexedEvent {
  /** The index of an event time. */
  indexOf: (timeMs: number) => string;
  /** The field that says when the event was received, if there is one. */
  arrival: string | undefined;
  /** Whether a refused document is indexed again without the values that it is refused for. */
  rescues: boolean;
  /** See `openParts`. */
  open: readonly string[];
}

interface StoredDocument {
  found?: boolean;
  /** Undefined where the index keeps no source. */
  _source?: unknown;
  error?: ClusterError;
}

/**
 * The verdicts on records whose ids exist already. A document that says what the record says is this record's, or that of its repetition.
 * One that says something else belongs to another record with the same id, so this one is in no document and is rejected. Fields that only
 * one of the two has are ignored, as contracts grow. So is the time of arrival, as a device that gets no answer sends the event again.
 */
export async function existingVerdicts(
  cluster: DocumentCluster,
  records: readonly SinkRecord[],
  { indexOf, arrival }: IndexedEvent,
  signal: AbortSignal,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const out = new ByteWriter();
  for (let at = 0; at < records.length; at += documentsAtOnce) {
    const some = records.slice(at, at + documentsAtOnce);
    const docs = some.map(({ id, timestampMs }) => ({ _index: indexOf(timestampMs), _id: id }));
    const stored = await storedDocuments(cluster, docs, signal);
    some.forEach((record, place) => {
      const found = Array.isArray(stored) ? (stored[place] ?? {}) : stored;
      verdicts.push(
        'status' in found
          ? found
          : existingVerdict(found, record, { index: docs[place]?._index ?? '', arrival, remedy: cluster.remedy }, out),
      );
    });
  }
  return verdicts;
}

/** @returns the verdict on all of them where they cannot be read */
async function storedDocuments(
  cluster: DocumentCluster,
  docs: readonly { _index: string; _id: string }[],
  signal: AbortSignal,
): Promise<StoredDocument[] | Verdict> {
  const querystring = { filter_path: 'docs.found,docs._source,docs.error.type' };
  const { status, body } = await cluster.request(
    { method: 'POST', path: '/_mget', querystring, body: { docs } },
    signal,
  );
  if (status < 400) return (body as { docs?: StoredDocument[] }).docs ?? [];
  const reason = errorReason(status, errorObject(body), cluster.remedy);
  return {
    status: 'retry',
    reason: `documents that exist cannot be compared, which needs the privilege read: ${reason}`,
  };
}

function existingVerdict(
  { found, _source, error }: StoredDocument,
  record: SinkRecord,
  { index, arrival, remedy }: { index: string; arrival: string | undefined; remedy: Remedy },
  out: ByteWriter,
): Verdict {
  if (found !== true) {
    const reason = error === undefined ? 'it is not there any more' : errorReason(0, error, remedy);
    return { status: 'retry', reason: `a document with the event id was there, and cannot be read: ${reason}` };
  }
  if (_source === undefined) return delivered;
  out.length = 0;
  record.writeJson(out);
  const own = parseExact(out.written().toString());
  if (arrival !== undefined && typeof own === 'object' && own !== null) Reflect.deleteProperty(own, arrival);
  if (agreeingJson(own, restoredDocument(_source))) return delivered;
  return {
    status: 'rejected',
    reason: `another record has the same event id: the document in ${index} says something else`,
    errorClass: 'conflict',
  };
}
