import type { GroupState as KafkaGroupState } from '@sluice/kafka';

/** A group's state for a person. */
export type GroupState = 'active' | 'rebalancing' | 'no members' | 'absent' | 'unknown';

const states: Readonly<Record<KafkaGroupState, GroupState>> = {
  Stable: 'active',
  PreparingRebalance: 'rebalancing',
  CompletingRebalance: 'rebalancing',
  Empty: 'no members',
  Dead: 'absent',
  Unknown: 'unknown',
};

export const groupStateOf = (state: KafkaGroupState): GroupState => states[state];
