import { duration } from '@sluice/terminal';
import type { WarehouseReader } from '@sluice/connector-google';
import { bigqueryAccess } from '../clients/bigquery-access.ts';
import { printable } from '../terminal/printable.ts';
import { UserError } from '../user-error.ts';
import { findLoad } from '@sluice/operations';
import { listedJob } from './list-loads.ts';
import type { LoadJob } from '@sluice/operations';

/**
 * Shows one load job with all that BigQuery reports, even where that quotes records.
 *
 * @returns the exit code
 * @throws UserError when it does not exist
 */
export async function showLoad(options: {
  id: string;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<number> {
  const { id, json, environment, signal } = options;
  const job = await existingLoad(id, bigqueryAccess(environment, signal));
  const { error, errors, uris, labels, configuration } = job;
  const lines = json
    ? [
        JSON.stringify({
          ...listedJob(job),
          ...(error !== undefined && { error }),
          errors,
          labels,
          uris,
          configuration,
        }),
      ]
    : linesOf(job);
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

/** @throws UserError when there is no such job */
export async function existingLoad(id: string, access: WarehouseReader): Promise<LoadJob> {
  const job = await findLoad(access, id);
  if (job !== undefined) return job;
  throw new UserError(
    `There is no load job ${id} in ${access.location} at ${access.name}; \`sluice loads list\` lists those that exist.`,
  );
}

function linesOf(job: LoadJob): string[] {
  const { firstAnnouncement: first, lastAnnouncement: last, rowRange, ended } = job;
  const facts: [string, string | undefined][] = [
    ['state', job.state],
    ['table', job.table],
    ['topic', job.topic],
    ['attempt', String(job.name.attempt)],
    ['group', job.labels['sluice_group']],
    ['announcements', first === undefined ? undefined : `${first} to ${last} of partition ${job.name.partition}`],
    ['rows of object', rowRange],
    ['rows', String(job.rows)],
    ['bad rows', String(job.badRows)],
    ['created', job.created.toISOString()],
    ['ended', ended?.toISOString()],
    ['took', duration(job.durationMs)],
  ];
  const errors = [...(job.error === undefined ? [] : [job.error]), ...job.errors].map(
    ({ reason, message, location }) =>
      `  ${printable(`${location === undefined ? '' : `${location}: `}${reason}: ${message}`)}`,
  );
  return [
    job.id,
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name.padEnd(14)}  ${value}`])),
    ...(errors.length === 0 ? [] : ['errors', ...new Set(errors)]),
    ...(job.uris.length === 0 ? [] : [`objects (${job.uris.length})`, ...job.uris.map((uri) => `  ${printable(uri)}`)]),
  ];
}
