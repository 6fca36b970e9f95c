// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../untyped-modules.d.ts" />
import type { PartitionAssigner } from 'kafkajs';
import ConsumerGroup, { type FetchedPartition } from 'kafkajs/src/consumer/consumerGroup.js';
import type { FetchWait } from '../../group/fetch-pace.ts';

export type { ConsumerGroup, FetchedPartition };

type Assigner = ReturnType<PartitionAssigner>;

/** What one of kafkajs's consumers asks its owner. */
export interface ConsumerGroupHooks {
  /** Called before each join. The group's member id and generation change with it. */
  joining(group: ConsumerGroup): void;
  /** Called before each fetch. */
  fetching(group: ConsumerGroup, nodeId: string): FetchWait;
  fetched(nodeId: string, partitions: readonly FetchedPartition[]): void;
}

/** By assigner: it is ours, and no other way leads to the group that has it. */
const hooksOf = new WeakMap<Assigner, ConsumerGroupHooks>();

/** Gives a consumer that is made with `create` its hooks. */
export const hooked =
  (create: PartitionAssigner, hooks: ConsumerGroupHooks): PartitionAssigner =>
  (options) => {
    const assigner = create(options);
    hooksOf.set(assigner, hooks);
    return assigner;
  };

const { joinAndSync, fetch } = ConsumerGroup.prototype;
let isInstalled = false;

/**
 * Has kafkajs's consumers call their hooks. kafkajs always fetches with the same two waits, and neither shows the generation that its commits
 * carry nor lets others commit with it.
 */
export function installConsumerGroupHooks(): void {
  if (isInstalled) return;
  isInstalled = true;
  const hooksFor = ({ assigners }: ConsumerGroup): ConsumerGroupHooks | undefined =>
    assigners[0] === undefined ? undefined : hooksOf.get(assigners[0]);

  ConsumerGroup.prototype.joinAndSync = function joinAndSyncHooked() {
    hooksFor(this)?.joining(this);
    return joinAndSync.call(this);
  };

  ConsumerGroup.prototype.fetch = async function fetchPaced(nodeId) {
    const hooks = hooksFor(this);
    if (hooks === undefined) return fetch.call(this, nodeId);
    const { minBytes, maxWaitMs } = hooks.fetching(this, nodeId);
    // Several brokers are fetched from at the same time, each at its own pace; the group has only one.
    const paced = new Proxy(this, {
      get(group, name) {
        if (name === 'minBytes') return minBytes;
        if (name === 'maxWaitTime') return maxWaitMs;
        return Reflect.get(group, name, group) as unknown;
      },
    });
    const partitions = await fetch.call(paced, nodeId);
    hooks.fetched(nodeId, partitions);
    return partitions;
  };
}
