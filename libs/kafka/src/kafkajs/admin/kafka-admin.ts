import type { Admin } from 'kafkajs';
import type { KafkaAdmin } from '../../admin/kafka-admin.ts';
import { explained } from '../explain-error.ts';
import type { LazyCluster } from '../lazy-cluster.ts';
import { describeGroups, groupOffsets, setGroupOffsets } from './groups.ts';
import { addPartitions, changeSettings, createTopic } from './change-topics.ts';
import { describeTopics, offsetsAt, topicSettings } from './describe-topics.ts';

export const kafkaAdmin = (admin: Admin, clusters: LazyCluster): KafkaAdmin => ({
  describeTopics: (topics) => explained(describeTopics(admin, topics), topics && { topics }),
  topicSettings: (topic) => explained(topicSettings(admin, topic), { topics: [topic] }),
  createTopic: (topic, options) => explained(createTopic(clusters, topic, options), { topics: [topic] }),
  changeSettings: (topic, changes, { validateOnly = false } = {}) =>
    explained(changeSettings(clusters, topic, changes, validateOnly), { topics: [topic] }),
  addPartitions: (topic, total, { validateOnly = false } = {}) =>
    explained(addPartitions(clusters, topic, total, validateOnly), { topics: [topic] }),
  offsetsAt: (topic, timeMs) => explained(offsetsAt(clusters, topic, timeMs), { topics: [topic] }),
  describeGroups: (groups) => explained(describeGroups(admin, groups), { group: groups.join(' or ') }),
  groupOffsets: (group) => explained(groupOffsets(admin, group), { group }),
  setGroupOffsets: (group, offsets) => explained(setGroupOffsets(clusters, group, offsets), { group }),
});
