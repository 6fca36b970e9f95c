import { tableName, topicName, type EventContract } from '@sluice/contracts';
import { RequestRefused, textAt, type QueriedRow, type WarehouseReader } from '@sluice/connector-google';
import { columnName } from '@sluice/warehouse-schemas';
import { findLoads } from '../../loads/find-loads.ts';
import type { Place } from '../asked.ts';
import type { AnnouncedAt } from './find-object.ts';
import type { StepTime } from '../life/life.ts';
import type { Finding, FoundRow } from '../where-answer.ts';
import type { WhereAccess } from '../where-access.ts';

/** The years that BigQuery's timestamps have. */
const [earliestMs, latestMs] = [Date.parse('0001-01-02T00:00:00Z'), Date.parse('9999-12-30T00:00:00Z')];
/** Clocks may differ by so much. */
const toleranceMs = 300_000;

const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;

/** Only the day that matters is read, and billed. An event time may be finer than a millisecond. */
function onDay(contract: EventContract, timeMs: number | undefined): string {
  if (timeMs === undefined || timeMs < earliestMs || timeMs > latestMs) return '';
  const [from, to] = [timeMs - 1, timeMs + 1].map((ms) => `TIMESTAMP ${quoted(new Date(ms).toISOString())}`);
  return ` AND \`${columnName(contract, contract.time)}\` BETWEEN ${from} AND ${to}`;
}

/** The statement that returns the row of a place. */
async function rowStatement(
  rows: WarehouseReader,
  contract: EventContract,
  { partition, offset }: Place,
  timeMs: number | undefined,
): Promise<string> {
  const table = `\`${await rows.project()}.${tableName(contract, rows.dataset)}\``;
  const topic = quoted(topicName(contract));
  return (
    `SELECT * FROM ${table} WHERE _kafka.topic = ${topic} AND _kafka.partition = ${partition} ` +
    `AND _kafka.offset = ${offset}${onDay(contract, timeMs)}`
  );
}

/** Rows of a statement; none where the table does not exist. */
async function queried(rows: WarehouseReader, sql: string): Promise<QueriedRow[]> {
  const found: QueriedRow[] = [];
  try {
    for await (const page of rows.query(sql)) found.push(...page.rows);
  } catch (error) {
    if (!(error instanceof RequestRefused) || error.status !== 404) throw error;
  }
  return found;
}

/** The row of a record, and when its load job ended. */
export async function findRow(
  access: WhereAccess & { rows: WarehouseReader },
  contract: EventContract,
  place: Place,
  known: { timeMs: number | undefined; announcement: AnnouncedAt | undefined; sinceMs: number | undefined },
): Promise<{ row: Finding<FoundRow>; loaded: StepTime }> {
  const { rows, links } = access;
  const table = tableName(contract, rows.dataset);
  const sql = await rowStatement(rows, contract, place, known.timeMs);
  const found = await queried(rows, sql.replace('SELECT *', 'SELECT _kafka.offset'));
  if (found.length === 0) {
    const why =
      known.announcement === undefined ? 'it is loaded once its object exists' : 'its object is not loaded yet';
    return { row: { state: 'absent', why }, loaded: { why } };
  }
  const job = known.announcement && (await jobOf(access, contract, known.announcement, known.sinceMs));
  const loaded: StepTime =
    job?.ended === undefined
      ? { why: 'BigQuery does not list the load job any more, or not to this user' }
      : { atMs: job.ended.getTime(), basis: `the load job ${job.id} ended` };
  const project = await rows.project();
  const [dataset, name] = table.split('.');
  const isGoogles = links?.bigquery === undefined;
  const page = `https://console.cloud.google.com/bigquery?project=${project}&p=${project}&d=${dataset}&t=${name}&page=table`;
  return {
    row: {
      ...{ state: 'found', locator: `${project}.${table}`, table: `${project}.${table}`, sql },
      ...(isGoogles && { link: page }),
      ...(job && { job: job.id }),
    },
    loaded,
  };
}

/** The load job whose objects include the announced one. */
async function jobOf(
  { rows, signal }: WhereAccess & { rows: WarehouseReader },
  contract: EventContract,
  announcement: AnnouncedAt,
  sinceMs: number | undefined,
) {
  const since = new Date(Math.max(0, (sinceMs ?? 0) - toleranceMs));
  const wanted = { since, of: topicName(contract), state: 'loaded' } as const;
  for await (const job of findLoads(rows, wanted, signal)) {
    const [first, last] = [job.firstAnnouncement, job.lastAnnouncement].map((text) => BigInt(text ?? -1));
    if (job.name.partition !== announcement.partition || first === undefined || last === undefined) continue;
    if (first <= announcement.offset && announcement.offset <= last) return job;
  }
  return undefined;
}

/** The place of an event that BigQuery has, by its id. @param timeMs where it is not known, the whole table is read */
export async function placeOfRow(
  { rows }: WhereAccess & { rows: WarehouseReader },
  contract: EventContract,
  { id, timeMs }: { id: string; timeMs: number | undefined },
): Promise<Place | undefined> {
  const condition = idCondition(contract, id);
  if (condition === undefined) return undefined;
  const table = `\`${await rows.project()}.${tableName(contract, rows.dataset)}\``;
  const sql = `SELECT _kafka.partition, _kafka.offset FROM ${table} WHERE ${condition}${onDay(contract, timeMs)} LIMIT 1`;
  const [row] = await queried(rows, sql);
  const [partition, offset] = row === undefined ? [] : [textAt(row, 0), textAt(row, 1)];
  if (partition === undefined || offset === undefined) return undefined;
  return { topic: topicName(contract), partition: Number(partition), offset: BigInt(offset) };
}

/** The columns of which `eventId` makes the id; undefined where the contract has no id. */
function idCondition(contract: EventContract, id: string): string | undefined {
  if (contract.id.length === 0) return undefined;
  const parts = contract.id.map((part) =>
    typeof part === 'string'
      ? `CAST(\`${columnName(contract, part)}\` AS STRING)`
      : `CAST(UNIX_SECONDS(\`${columnName(contract, part.field)}\`) AS STRING)`,
  );
  return `${parts.length === 1 ? parts[0] : `CONCAT(${parts.join(", '-', ")})`} = ${quoted(id)}`;
}
