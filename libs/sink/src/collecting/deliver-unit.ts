import { backoffMs, describeError, pause } from '@sluice/telemetry';
import { retryCause } from '../batching/retry-cause.ts';
import type { Collected } from '../contract/collector.ts';
import { SinkContractViolation } from '../contract/sink-contract-violation.ts';
import type { DeliveredPartition } from '../partition/delivery.ts';
import type { Unit } from './unit.ts';

/**
 * Delivers a unit, with retries without limit (G4: an outage never rejects) and with full jitter.
 *
 * @throws the abort reason of the partition's `abort`, and SinkContractViolation
 */
export async function deliverUnit(
  unit: Unit,
  { contract, abort, metrics, health }: DeliveredPartition,
): Promise<{ collected: Collected; attempts: number }> {
  const { topic } = contract;
  for (let attempt = 1; ; attempt++) {
    abort.throwIfAborted();
    const end = metrics.writes.startTimer({ topic });
    try {
      const collected = await unit.deliver({ signal: abort, attempt });
      end();
      health.recovered();
      return { collected, attempts: attempt };
    } catch (error) {
      if (error instanceof SinkContractViolation) throw error;
      abort.throwIfAborted();
      metrics.retries.inc({ topic, cause: retryCause(error) }, unit.records);
      health.failing(describeError(error), unit.records);
    }
    await pause(backoffMs(attempt), abort);
  }
}
