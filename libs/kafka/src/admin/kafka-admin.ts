import type { GroupOffset, Place } from '../group/group-offset.ts';

/** A topic as the cluster describes it. */
export interface TopicDescription {
  topic: string;
  /** In order. */
  partitions: readonly PartitionDescription[];
}

export interface PartitionDescription {
  partition: number;
  /** Its broker's number; -1 while it has none. */
  leader: number;
  replicas: readonly number[];
  inSync: readonly number[];
}

/** A setting of a topic. */
export interface TopicSetting {
  name: string;
  /** Undefined where the broker does not give it. */
  value: string | undefined;
  /** Whether it was set for this topic. Otherwise the broker's value or Kafka's default applies. */
  isOwn: boolean;
}

/** Kafka's states of a group: https://kafka.apache.org/protocol#The_Messages_DescribeGroups */
export type GroupState = 'Unknown' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead' | 'Empty';

export interface GroupDescription {
  group: string;
  state: GroupState;
  /** How it assigns partitions; empty without members. */
  assigner: string;
  members: readonly GroupMember[];
}

export interface GroupMember {
  id: string;
  /** The app's name, for an app of Sluice. */
  clientId: string;
  /** As the coordinator sees it. */
  host: string;
  partitions: readonly Place[];
}

/** A group that has members, so that its offsets cannot be set from outside. */
export class GroupHasMembers extends Error {
  override readonly name = 'GroupHasMembers';
}

/** What the brokers refuse about a topic, and why: it exists already, a setting is wrong, the user lacks a right. */
export class TopicRefused extends Error {
  override readonly name = 'TopicRefused';
}

/** What people and their tools ask of a cluster. An outage is thrown: the caller decides whether to ask again. */
export interface KafkaAdmin {
  /** These topics, or all, sorted by name; an absent one is left out. */
  describeTopics(topics?: readonly string[]): Promise<TopicDescription[]>;
  /** All settings of a topic that exists. */
  topicSettings(topic: string): Promise<TopicSetting[]>;
  /**
   * Creates a topic.
   *
   * @param options.replicas -1 is the broker's default
   * @throws TopicRefused
   */
  createTopic(
    topic: string,
    options: { partitions: number; replicas: number; settings: Readonly<Record<string, string>> },
  ): Promise<void>;
  /**
   * Changes some settings of a topic and leaves the others (KIP-339).
   *
   * @param changes `undefined` returns to the broker's value
   * @param options.validateOnly only asks whether the broker would take them
   * @throws TopicRefused
   */
  changeSettings(
    topic: string,
    changes: Readonly<Record<string, string | undefined>>,
    options?: { validateOnly?: boolean },
  ): Promise<void>;
  /** Gives a topic more partitions. Records with one key may from then on be in two. @throws TopicRefused */
  addPartitions(topic: string, total: number, options?: { validateOnly?: boolean }): Promise<void>;
  /** The first offset of each partition whose record has this Kafka timestamp or a later one; where there is none, the partition's end. */
  offsetsAt(topic: string, timeMs: number): Promise<Map<number, bigint>>;
  /** A group that does not exist is `Dead`. */
  describeGroups(groups: readonly string[]): Promise<GroupDescription[]>;
  /** All committed offsets of a group. */
  groupOffsets(group: string): Promise<GroupOffset[]>;
  /**
   * Sets committed offsets of a group without members, all at once. The group need not exist.
   *
   * @throws GroupHasMembers when the coordinator finds a member
   */
  setGroupOffsets(group: string, offsets: readonly GroupOffset[]): Promise<void>;
}
