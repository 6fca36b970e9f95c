import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { delivered, type Verdict } from '@sluice/sink';
import { refusalOf } from '../client/refusal.ts';
import type { TableNames } from '../tables/names.ts';
import { copyOptions, type BatchLines } from './batch-lines.ts';
import { foreignStatement, stagingTable } from './insert-statement.ts';
import { covering, overlaps, type Covered } from './position.ts';

/** One partition, as one group delivers it into one table. */
export interface Destination {
  readonly client: PoolClient;
  readonly names: TableNames;
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly table: string;
  /** See `insertStatement`. */
  readonly insert: string;
}

/** A stretch of a batch's records. */
interface Stretch extends Covered {
  /** Its records: the first, and the first behind them. */
  readonly from: number;
  readonly to: number;
}

/**
 * Commits a batch: each record becomes a row, or is noted as refused, in one transaction with the position behind it. What PostgreSQL
 * refuses is found by halving, so that the others become rows.
 *
 * @param first the first offset that is committed with the batch: of its first record, or before it where nothing lies between
 * @param onCommitted called after each transaction with the first offset behind what is committed
 * @returns a verdict for each record
 */
export async function commitBatch(
  destination: Destination,
  lines: BatchLines,
  first: bigint,
  onCommitted: (next: bigint) => void,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const commitPart = async (from: number, to: number, firstOffset: bigint): Promise<bigint> => {
    const next = (lines.records[to - 1]?.offset ?? firstOffset) + 1n;
    const stretch: Stretch = { from, to, first: firstOffset, next };
    try {
      const refused = await transaction(destination.client, () => makeRows(destination, lines, stretch));
      for (let at = from; at < to; at++) verdicts[at] = verdictOf(lines, at, refused);
    } catch (error) {
      const reason = refusalOf(error);
      if (reason === undefined) throw error;
      if (to - from > 1) {
        const middle = (from + to) >> 1;
        return commitPart(middle, to, await commitPart(from, middle, firstOffset));
      }
      const refused = await transaction(destination.client, () => noteRefused(destination, lines, stretch, reason));
      verdicts[from] = verdictOf(lines, from, refused);
    }
    onCommitted(next);
    return next;
  };
  await commitPart(0, lines.records.length, first);
  return verdicts;
}

function verdictOf({ records, parts }: BatchLines, at: number, refused: ReadonlyMap<bigint, string>): Verdict {
  const part = parts[at];
  if (part !== undefined && 'verdict' in part) return part.verdict;
  const reason = refused.get(records[at]?.offset ?? -1n);
  return reason === undefined ? delivered : { status: 'rejected', reason };
}

/** @returns why records of the stretch were refused before, by offset */
async function makeRows(
  destination: Destination,
  lines: BatchLines,
  stretch: Stretch,
): Promise<ReadonlyMap<bigint, string>> {
  const { client, insert, partition } = destination;
  const readable = lines.parts.slice(stretch.from, stretch.to).filter((part) => 'from' in part);
  const [begin, end] = [readable[0]?.from, readable.at(-1)?.to];
  // Before the lock: a process that is suspended while it copies holds up no other.
  if (begin !== undefined && end !== undefined) await copy(client, lines.bytes.subarray(begin, end));
  const covered = await lockPosition(destination, stretch.first);
  const { rowCount } = await client.query(insert, [partition, String(covered.first), String(covered.next)]);
  if (rowCount !== readable.length) await refuseForeign(destination);
  await movePosition(destination, covering(covered, stretch));
  return overlaps(covered, stretch) ? refusedBefore(destination, stretch) : nothingRefused;
}

const nothingRefused: ReadonlyMap<bigint, string> = new Map();

async function noteRefused(
  destination: Destination,
  { records }: BatchLines,
  stretch: Stretch,
  reason: string,
): Promise<ReadonlyMap<bigint, string>> {
  const { client, names, group, topic, partition } = destination;
  const covered = await lockPosition(destination, stretch.first);
  const offset = records[stretch.from]?.offset ?? stretch.first;
  // Another process may have committed it since.
  if (overlaps(covered, { first: offset, next: stretch.next })) return refusedBefore(destination, stretch);
  await client.query(
    `INSERT INTO ${names.refused} (consumer_group, topic, partition, "offset", reason)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [group, topic, partition, String(offset), reason],
  );
  await movePosition(destination, covering(covered, stretch));
  return new Map([[offset, reason]]);
}

async function copy(client: PoolClient, bytes: Buffer): Promise<void> {
  const stream = client.query(copyFrom(`COPY ${stagingTable} FROM STDIN WITH ${copyOptions}`));
  await pipeline(Readable.from([bytes], { objectMode: false }), stream);
}

/** Locks the partition until the transaction ends. @returns what is committed; nothing, from `first` on, for a new partition */
async function lockPosition({ client, names, group, topic, partition }: Destination, first: bigint): Promise<Covered> {
  const { rows } = await client.query<{ first: string; next: string }>(
    `INSERT INTO ${names.positions} AS p (consumer_group, topic, partition, first_offset, next_offset)
     VALUES ($1, $2, $3, $4, $4) ON CONFLICT (consumer_group, topic, partition) DO UPDATE SET updated_at = now()
     RETURNING p.first_offset AS first, p.next_offset AS next`,
    [group, topic, partition, String(first)],
  );
  const [row] = rows;
  return row === undefined ? { first, next: first } : { first: BigInt(row.first), next: BigInt(row.next) };
}

async function movePosition(
  { client, names, group, topic, partition }: Destination,
  { first, next }: Covered,
): Promise<void> {
  await client.query(
    `UPDATE ${names.positions} SET first_offset = $4, next_offset = $5
     WHERE consumer_group = $1 AND topic = $2 AND partition = $3`,
    [group, topic, partition, String(first), String(next)],
  );
}

async function refusedBefore(
  { client, names, group, topic, partition }: Destination,
  { first, next }: Covered,
): Promise<ReadonlyMap<bigint, string>> {
  const { rows } = await client.query<{ offset: string; reason: string }>(
    `SELECT "offset", reason FROM ${names.refused}
     WHERE consumer_group = $1 AND topic = $2 AND partition = $3 AND "offset" >= $4 AND "offset" < $5`,
    [group, topic, partition, String(first), String(next)],
  );
  return new Map(rows.map(({ offset, reason }) => [BigInt(offset), reason]));
}

/** @throws Error with a sentence for the user where a row at the place of a record is another record's */
async function refuseForeign({ client, names, table, topic, partition }: Destination): Promise<void> {
  const { rows } = await client.query<{ place: string }>(foreignStatement(table), [partition]);
  const [row] = rows;
  if (row === undefined) return;
  throw new Error(
    `${table} has another event at partition ${partition}, offset ${row.place}: the topic ${topic} was deleted and created again. ` +
      `Rename the table, delete the topic's rows from ${names.positions} and ${names.refused}, or set another POSTGRES_SCHEMA`,
  );
}

async function transaction<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // After any other error the connection is not used again.
    if (refusalOf(error) !== undefined) await client.query('ROLLBACK');
    throw error;
  }
}
