import { backoffMs, pause } from '@sluice/telemetry';
import type { Admin, Kafka } from 'kafkajs';
import type { GroupConsumer } from '../../group/group-consumer.ts';
import { installConsumerGroupHooks } from '../patches/consumer-group.ts';
import { runConsumer, type Member, type MemberOptions } from './run-consumer.ts';

/** A consumer that lived for so long has not failed again, but for the first time. */
const longLifeMs = 60_000;

/**
 * A member of a consumer group that stays one, on kafkajs, whose known weaknesses are fixed here.
 *
 * - Records are handed over as they come and hold up heartbeats for a moment at most, so a slow destination does not cost the
 *   membership.
 * - Partitions are lost *before* the join request is sent, whatever led to it (kafkajs reports rebalances after the fact, and some not at
 *   all): the assigner is asked for the member's subscription right then, each time. A commit carries the generation that was current when
 *   it was asked for, so a former owner never commits a batch of a revoked partition.
 * - Each assignment starts with a seek, which drops a fetch of the previous generation that is still on its way.
 * - A consumer that crashes is replaced, also where kafkajs gives up.
 */
export function joinGroup(kafka: Kafka, admin: Admin, options: MemberOptions): GroupConsumer {
  const { handlers, logger } = options;
  installConsumerGroupHooks();
  const stopped = new AbortController();
  const { signal } = stopped;
  const member: Member = { had: {}, generation: undefined };

  const running = (async () => {
    for (let tries = 1; !signal.aborted; tries++) {
      const startedMs = performance.now();
      const reason = await runConsumer(kafka, admin, member, { ...options, stopped: signal });
      if (signal.aborted) return;
      handlers.interrupted(reason);
      logger.debug({ reason }, 'the consumer ended and is replaced');
      if (performance.now() - startedMs > longLifeMs) tries = 1;
      await pause(backoffMs(tries), signal);
    }
  })();

  return {
    async stop() {
      stopped.abort();
      await running;
    },
  };
}
