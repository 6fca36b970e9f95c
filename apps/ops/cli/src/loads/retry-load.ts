import type { WarehouseReader } from '@sluice/connector-google';
import { bigqueryAccess } from '../clients/bigquery-access.ts';
import { storedObject, topicName } from '@sluice/schemas';
import { pause } from '@sluice/telemetry';
import { loadJobId } from '@sluice/warehouse-schemas';
import { eventAccess } from '../clients/event-access.ts';
import { UserError } from '../user-error.ts';
import { findLoad } from './find-loads.ts';
import { errorText, listedJob } from './list-loads.ts';
import { existingLoad } from './show-load.ts';
import type { LoadJob } from './load-job.ts';

const pollMs = 500;

/**
 * Makes the attempt after a failed one, of the same objects, as the sink would: under the id that follows, so that it is one job whether
 * the sink makes it or this does, and the other adopts it. Waits for its end.
 *
 * @param group the sink's consumer group; that of the job's label unless told otherwise
 * @returns the exit code: 0 when the objects are loaded
 * @throws UserError when nothing is to be retried, with the reason
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
  mayBeRetried(failed);
  const next = loadJobId({ ...failed.name, attempt: failed.name.attempt + 1 });
  const other = await findLoad(access, next);
  if (other !== undefined)
    throw new UserError(`${id} has been retried already, by ${next}, which ${sentences[other.state]}.`);
  await isStillOpen(failed, options);
  const schema = await currentSchema(access, failed);
  const retried = await create(access, failed, next, schema);
  const ended = await atItsEnd(access, retried, signal);
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

function mayBeRetried({ id, state, rowRange, uris, firstAnnouncement }: LoadJob): void {
  if (state !== 'failed') throw new UserError(`${id} ${sentences[state]}: only a job that has failed is retried.`);
  // A row that was refused alone is a dead letter by now; the others came with the job, and only the sink has them.
  if (rowRange !== undefined)
    throw new UserError(
      `${id} was to find the rows that BigQuery refuses, among ${rowRange} of one object: the sink goes on with that by itself.`,
    );
  if (uris.length === 0 || firstAnnouncement === undefined)
    throw new UserError(`${id} has the name of a load job, but neither its objects nor its labels.`);
}

/**
 * What the sink has settled it has loaded, refused or given up: to load that again would double it.
 *
 * @throws UserError
 */
async function isStillOpen(
  { id, name, labels, firstAnnouncement = '' }: LoadJob,
  { group = labels['sluice_group'] ?? 'bigquery', environment, signal }: Parameters<typeof retryLoad>[0],
): Promise<void> {
  const access = await eventAccess(environment, signal);
  try {
    if (!(await access.kafka.groups()).includes(group))
      throw new UserError(
        `There is no consumer group ${group}, so it is not known what is settled: name the sink's with --group.`,
      );
    const committed = (await access.kafka.committedOffsets(group, topicName(storedObject))).get(name.partition);
    if (committed !== undefined && committed > BigInt(firstAnnouncement))
      throw new UserError(
        `${id} is settled: the group ${group} has committed ${committed}, beyond its announcement ${firstAnnouncement}. What was refused is among the dead letters.`,
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
    throw new UserError(`The table ${table} was made anew after ${id}: the sink loads it by itself.`);
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
    // It may have been created all the same: by this request, or by the sink at this moment.
    const found = await findLoad(access, id);
    if (found === undefined) throw error;
    return found;
  }
  const found = await findLoad(access, id);
  if (found === undefined) throw new UserError(`BigQuery has taken the job ${id}, and does not know it.`);
  return found;
}

async function atItsEnd(access: WarehouseReader, job: LoadJob, signal: AbortSignal): Promise<LoadJob> {
  let now = job;
  while (now.state === 'running' || now.state === 'pending') {
    signal.throwIfAborted();
    await pause(pollMs, signal);
    now = (await findLoad(access, job.id)) ?? now;
  }
  return now;
}
