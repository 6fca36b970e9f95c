import type { Kafka } from 'kafkajs';
import type { TopicFollower } from '../../fetch/topic-follower.ts';
import type { TopicReader } from '../../fetch/topic-reader.ts';
import { brief, retryWhileRetriable } from '../../retries/retry-while-retriable.ts';
import { explained } from '../explain-error.ts';
import type { LazyCluster } from '../lazy-cluster.ts';
import { directFetch } from './direct-fetch.ts';
import { followTopic } from './follow-topic.ts';

export const topicFollower = (kafka: Kafka, clusters: LazyCluster, { ends }: TopicReader): TopicFollower => ({
  async peek(topic, offsets, bytes = 64 * 1024) {
    if (offsets.size === 0) return [];
    const cluster = await explained(clusters.get());
    const fetching = retryWhileRetriable({ ...brief, beforeRetry: () => cluster.refreshMetadata() }, async () => {
      await cluster.addTargetTopic(topic);
      return directFetch(cluster, topic, offsets, { waitMs: 0, bytes });
    });
    return explained(fetching, { topics: [topic] });
  },
  follow: (topic, from, options) => followTopic(kafka, ends, topic, from, options),
});
