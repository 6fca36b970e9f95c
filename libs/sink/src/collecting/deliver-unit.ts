import { backoffMs, describeError, pause } from '@sluice/telemetry';
import type { Collected } from '../contract/collector.ts';
import { destinationWatch } from '../partition/destination-watch.ts';
import type { PartitionInWork } from '../partition/partition-worker.ts';
import { SinkContractViolation } from '../contract/sink-contract-violation.ts';
import type { Unit } from './unit.ts';

/**
 * Delivers a unit, with retries without limit (G4: an outage never rejects) and with full jitter.
 *
 * @throws the abort reason of the partition's `abort`, and SinkContractViolation
 */
export async function deliverUnit(
  unit: Unit,
  { contract, partition, abort, logger, metrics, onDestination }: PartitionInWork,
): Promise<{ collected: Collected; attempts: number }> {
  const { topic } = contract;
  const watch = destinationWatch({ topic, partition, logger, onDestination });
  for (let attempt = 1; ; attempt++) {
    abort.throwIfAborted();
    const end = metrics.writes.startTimer({ topic });
    try {
      const collected = await unit.deliver({ signal: abort, attempt });
      end();
      watch.takes();
      return { collected, attempts: attempt };
    } catch (error) {
      if (error instanceof SinkContractViolation) throw error;
      abort.throwIfAborted();
      metrics.retries.inc({ topic }, unit.records);
      watch.refuses(describeError(error), unit.records);
    }
    await pause(backoffMs(attempt + 1), abort);
  }
}
