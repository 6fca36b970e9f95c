import { MalformedAvro } from '@sluice/avro';
import { backoffMs, describeError, pause } from '@sluice/telemetry';
import { SinkContractViolation } from '../contract/sink-contract-violation.ts';
import type { OutputRecord, RetryCause, Sink, Verdict, WriteResult } from '../contract/sink.ts';
import type { DeliveredPartition } from '../partition/delivery.ts';
import type { LazyRecord } from '../records/lazy-record.ts';
import { rejection, type RejectedRecord } from '../records/rejected-record.ts';
import { retryCause } from './retry-cause.ts';

/** What of a partition a write has to do with. */
type WritingPartition = Pick<
  DeliveredPartition,
  'contract' | 'partition' | 'abort' | 'metrics' | 'health' | 'onRescued'
>;

/** What became of a batch: each record is delivered or rejected. */
export interface BatchResult {
  delivered: LazyRecord<unknown>[];
  rejected: RejectedRecord[];
  outputs: OutputRecord[];
}

/** Why records are still open. */
interface Problem {
  readonly reason: string;
  readonly cause: RetryCause;
}

/** A write that is pending for so long is reported. It continues: the sink's own timeout ends it. */
const silentMs = 5_000;
const noAnswer = `there has been no answer for ${silentMs / 1000} s`;

/**
 * Writes records until each is delivered or rejected: retries without limit (G4: an outage never rejects), with full jitter, and
 * writes only the records again that are still open.
 *
 * @param firstSeen when the records were first read
 * @throws the abort reason of the partition's `abort`, and SinkContractViolation
 */
export async function writeAll(
  sink: Sink,
  records: readonly LazyRecord<unknown>[],
  { contract, partition, abort, metrics, health, onRescued }: WritingPartition,
  firstSeen: Date,
): Promise<BatchResult> {
  const { topic } = contract;
  const result: BatchResult = { delivered: [], rejected: [], outputs: [] };
  let open = records;
  /** Tries in a row after which as many records were open as before. */
  let failures = 0;
  for (let attempt = 1; open.length > 0; attempt++) {
    abort.throwIfAborted();
    const batch = { topic, partition, contract, records: open };
    const end = metrics.writes.startTimer({ topic });
    const silence = setTimeout(() => health.failing(noAnswer, batch.records.length), silentMs);
    let problem: Problem | undefined;
    metrics.writeRecords.observe({ topic }, open.length);
    try {
      const written = await sink.write(batch, { signal: abort, attempt });
      end();
      const left = applyVerdicts(open, written, result, { attempt, firstSeen, onRescued });
      failures = left.open.length < open.length ? 1 : failures + 1;
      open = left.open;
      problem = left.problem;
    } catch (error) {
      if (error instanceof SinkContractViolation) throw error;
      abort.throwIfAborted();
      if (error instanceof MalformedAvro)
        throw new SinkContractViolation('the sink gave no verdict on an undecodable record');
      failures++;
      problem = { reason: describeError(error), cause: retryCause(error) };
    } finally {
      clearTimeout(silence);
    }
    if (problem === undefined) break;
    metrics.retries.inc({ topic, cause: problem.cause }, open.length);
    health.failing(problem.reason, open.length);
    await pause(backoffMs(failures), abort);
  }
  health.recovered();
  return result;
}

/** Adds records to the result by their verdicts. @returns those to write again, and why */
function applyVerdicts(
  records: readonly LazyRecord<unknown>[],
  { verdicts, outputs = [] }: WriteResult,
  result: BatchResult,
  { attempt, firstSeen, onRescued }: { attempt: number; firstSeen: Date } & Pick<WritingPartition, 'onRescued'>,
): { open: LazyRecord<unknown>[]; problem: Problem | undefined } {
  if (verdicts.length !== records.length) {
    throw new SinkContractViolation(`the sink gave ${verdicts.length} verdicts for ${records.length} records`);
  }
  const open: LazyRecord<unknown>[] = [];
  let problem: Problem | undefined;
  for (const [index, record] of records.entries()) {
    const verdict = verdicts[index] as Verdict;
    switch (verdict.status) {
      case 'delivered':
        result.delivered.push(record);
        if (verdict.rescued !== undefined) onRescued(verdict.rescued);
        break;
      case 'retry':
        open.push(record);
        problem ??= { reason: verdict.reason, cause: verdict.cause ?? 'other' };
        break;
      case 'rejected':
        result.rejected.push(rejection(record, verdict.reason, verdict.errorClass ?? 'refused', attempt, firstSeen));
        break;
      default:
        throw new SinkContractViolation(
          `the sink gave a verdict that does not exist: ${JSON.stringify(verdict satisfies never)}`,
        );
    }
  }
  result.outputs.push(...outputs);
  return { open, problem };
}
