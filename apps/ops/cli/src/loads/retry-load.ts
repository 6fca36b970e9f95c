import { storedObject, topicName } from '@sluice/contracts';
import type { WarehouseReader } from '@sluice/connector-google';
import { bigqueryAccess } from '../clients/bigquery-access.ts';
import { pause } from '@sluice/telemetry';
import { loadJobId } from '@sluice/warehouse-schemas';
import { eventAccess } from '../clients/event-access.ts';
import { UserError } from '../user-error.ts';
import { findLoad } from '@sluice/operations';
import { errorText, listedJob } from './list-loads.ts';
import { existingLoad } from './show-load.ts';
import type { LoadJob } from '@sluice/operations';

const pollMs = 500;

/**
 * Loads the objects of a failed job again and waits for the end. The new job has the id that the sink would use for its next attempt, so
 * only one such job can exist, and the sink adopts it.
 *
 * @param options.group the sink's consumer group; by default the one in the job's labels
 * @returns the exit code: 0 when the objects are loaded
 * @throws UserError when the job must not be retried, with the reason
 */
export async function retryLoad(options: {
  id: string;
  group: string | undefined;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<number> {
  const { id, json, environment, signal } = options;
  const access = bigqueryAccess(environment, signal);
  const failed = await existingLoad(id, access);
  requireRetriable(failed);
  const next = loadJobId({ ...failed.name, attempt: failed.name.attempt + 1 });
  const other = await findLoad(access, next);
  if (other !== undefined)
    throw new UserError(`${id} has already been retried by ${next}, which ${sentences[other.state]}.`);
  await requireUncommitted(failed, options);
  const schema = await currentSchema(access, failed);
  const retried = await create(access, failed, next, schema);
  const ended = await waitForEnd(access, retried, signal);
  process.stdout.write(
    json
      ? `${JSON.stringify(listedJob(ended))}\n`
      : `${ended.id} ${sentences[ended.state]}${ended.error === undefined ? `: ${ended.rows} rows of ${ended.uris.length} objects` : `: ${errorText(ended.error)}`}.\n`,
  );
  return ended.state === 'loaded' ? 0 : 1;
}

const sentences = {
  loaded: 'has loaded them',
  failed: 'has failed',
  running: 'is running',
  pending: 'is waiting to run',
} as const;

function requireRetriable({ id, state, rowRange, uris, firstAnnouncement }: LoadJob): void {
  if (state !== 'failed') throw new UserError(`${id} ${sentences[state]}: only failed jobs can be retried.`);
  // The sink sent these rows with the job. It isolates refused rows, which become dead letters, and loads the others.
  if (rowRange !== undefined)
    throw new UserError(
      `${id} was to isolate the rows that BigQuery refuses, among rows ${rowRange} of one object. Only the sink can continue that.`,
    );
  if (uris.length === 0 || firstAnnouncement === undefined)
    throw new UserError(`${id} has the name of a load job, but lacks its objects or its labels.`);
}

/**
 * Announcements that the sink has committed are loaded or dead letters. Loading them again would duplicate rows.
 *
 * @throws UserError
 */
async function requireUncommitted(
  { id, name, labels, firstAnnouncement = '' }: LoadJob,
  { group = labels['sluice_group'] ?? 'bigquery', environment, signal }: Parameters<typeof retryLoad>[0],
): Promise<void> {
  const access = await eventAccess(environment, signal);
  try {
    if (!(await access.kafka.groups()).includes(group))
      throw new UserError(
        `There is no consumer group ${group}, so it is unknown what the sink has committed. Name its group with --group.`,
      );
    const committed = (await access.kafka.committedOffsets(group, topicName(storedObject))).get(name.partition);
    if (committed !== undefined && committed > BigInt(firstAnnouncement))
      throw new UserError(
        `${id} is done with: the group ${group} has committed ${committed}, beyond its announcement ${firstAnnouncement}. Refused rows are dead letters.`,
      );
  } finally {
    await access.close();
  }
}

/** The table's columns as they are now, and whether it is still that table. @throws UserError */
async function currentSchema(access: WarehouseReader, { id, table, created }: LoadJob): Promise<unknown> {
  const [dataset = '', name = ''] = table.split('.');
  const uri = `/datasets/${encodeURIComponent(dataset)}/tables/${encodeURIComponent(name)}`;
  const { creationTime, schema } = Object(await access.request({ path: uri })) as {
    creationTime?: unknown;
    schema?: unknown;
  };
  if (Number(creationTime) > created.getTime())
    throw new UserError(`The table ${table} was created again after ${id}. The sink loads its objects again.`);
  return schema;
}

async function create(access: WarehouseReader, failed: LoadJob, id: string, schema: unknown): Promise<LoadJob> {
  const { location } = access;
  const isJson = 'schema' in failed.configuration;
  const json = {
    jobReference: { projectId: await access.project(), jobId: id, location },
    configuration: {
      labels: { ...failed.labels, sluice_attempt: String(failed.name.attempt + 1) },
      load: { ...failed.configuration, ...(isJson && { schema }) },
    },
  };
  try {
    await access.request({ method: 'POST', path: '/jobs', json });
  } catch (error) {
    // The job may exist all the same: created by this request or, just now, by the sink.
    const found = await findLoad(access, id);
    if (found === undefined) throw error;
    return found;
  }
  const found = await findLoad(access, id);
  if (found === undefined) throw new UserError(`BigQuery accepted the job ${id}, but does not know it.`);
  return found;
}

async function waitForEnd(access: WarehouseReader, job: LoadJob, signal: AbortSignal): Promise<LoadJob> {
  let now = job;
  while (now.state === 'running' || now.state === 'pending') {
    signal.throwIfAborted();
    await pause(pollMs, signal);
    now = (await findLoad(access, job.id)) ?? now;
  }
  return now;
}
