import type { EventContract } from '@sluice/contracts';
import type { WriterSchema } from '@sluice/schema-registry';
import { retryForever, type Health, type Logger } from '@sluice/telemetry';
import type { Sink } from '../contract/sink.ts';

/**
 * Lets the destination learn a schema before the first record that was written with it. One that does not answer is waited for.
 *
 * @returns undefined where it has learned it
 */
export type SchemaLearning = (
  contract: EventContract,
  schema: WriterSchema,
  signal: AbortSignal,
) => Promise<void> | undefined;

/** All partitions share what was learned. */
export function schemaLearning(
  { learn }: Pick<Sink, 'learn'>,
  { logger, health }: { logger: Logger; health: Health },
): SchemaLearning {
  const known = new Map<EventContract, Set<number>>();
  if (learn === undefined) return () => undefined;
  return (contract, schema, signal) => {
    const ids = known.get(contract) ?? new Set<number>();
    if (ids.has(schema.id)) return undefined;
    known.set(contract, ids);
    const what = 'the destination';
    return retryForever({ what, signal, logger, health }, () => learn(contract, schema, signal)).then(
      () => void ids.add(schema.id),
    );
  };
}
