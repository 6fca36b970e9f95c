import { parseLoadJobId, type LoadJobId } from '@sluice/warehouse-schemas';

/** The state of a load job. */
export type LoadState = 'pending' | 'running' | 'loaded' | 'failed';
export const loadStates: readonly LoadState[] = ['pending', 'running', 'loaded', 'failed'];

/** One error, as the service words it. */
export interface LoadError {
  reason: string;
  message: string;
  /** What it is about, such as an object. */
  location?: string;
}

/** A load job of the sink bigquery. */
export interface LoadJob {
  id: string;
  name: LoadJobId;
  state: LoadState;
  /** `dataset.table`. */
  table: string;
  topic: string;
  /** The announcements of the objects that it loads. */
  firstAnnouncement: string | undefined;
  lastAnnouncement: string | undefined;
  /** Where it loads some rows of one object only: from and to, that one excluded. */
  rowRange: string | undefined;
  uris: readonly string[];
  rows: number;
  badRows: number;
  created: Date;
  ended: Date | undefined;
  /** From its start, or its creation, to its end, or to now. */
  durationMs: number;
  error: LoadError | undefined;
  errors: readonly LoadError[];
  labels: Readonly<Record<string, string>>;
  /** The configuration of the load, as the service has it. */
  configuration: object;
}

/** Reads a job of the API (https://cloud.google.com/bigquery/docs/reference/rest/v2/Job); undefined where it is none of the sink's. */
export function loadJobOf(body: unknown, nowMs: number): LoadJob | undefined {
  const { jobReference, configuration, status, statistics } = fieldsOf(body);
  const id = textOf(fieldsOf(jobReference)['jobId']);
  const load = fieldsOf(configuration)['load'];
  const name = id === undefined ? undefined : parseLoadJobId(id);
  if (id === undefined || name === undefined || !isObject(load)) return undefined;
  const labels = textsOf(fieldsOf(configuration)['labels']);
  const destination = fieldsOf(fieldsOf(load)['destinationTable']);
  const times = fieldsOf(statistics);
  const counts = fieldsOf(times['load']);
  const error = errorOf(fieldsOf(status)['errorResult']);
  const created = timeOf(times['creationTime']) ?? new Date(nowMs);
  const ended = timeOf(times['endTime']);
  const uris = fieldsOf(load)['sourceUris'];
  return {
    id,
    name,
    state: stateOf(textOf(fieldsOf(status)['state']), error),
    table: `${textOf(destination['datasetId'])}.${textOf(destination['tableId'])}`,
    topic: labels['sluice_topic'] ?? name.topic,
    firstAnnouncement: labels['sluice_first'],
    lastAnnouncement: labels['sluice_last'],
    rowRange: labels['sluice_rows'],
    uris: Array.isArray(uris) ? uris.map(String) : [],
    rows: Number(counts['outputRows'] ?? 0),
    badRows: Number(counts['badRecords'] ?? 0),
    created,
    ended,
    durationMs: Math.max(0, (ended?.getTime() ?? nowMs) - (timeOf(times['startTime']) ?? created).getTime()),
    error,
    errors: listOf(fieldsOf(status)['errors']).flatMap((one) => errorOf(one) ?? []),
    labels,
    configuration: load,
  };
}

function stateOf(state: string | undefined, error: LoadError | undefined): LoadState {
  if (state === 'DONE') return error === undefined ? 'loaded' : 'failed';
  return state === 'RUNNING' ? 'running' : 'pending';
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? { ...value } : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const textsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(fieldsOf(value)).map(([key, text]) => [key, String(text)]));

function timeOf(value: unknown): Date | undefined {
  const ms = Number(value ?? NaN);
  return Number.isFinite(ms) && ms > 0 ? new Date(ms) : undefined;
}

function errorOf(value: unknown): LoadError | undefined {
  if (!isObject(value)) return undefined;
  const { reason, message, location } = fieldsOf(value);
  const where = textOf(location);
  return {
    reason: textOf(reason) ?? '',
    message: (textOf(message) ?? '').replaceAll(/\s+/g, ' ').trim(),
    ...(where !== undefined && where !== '' && { location: where }),
  };
}
