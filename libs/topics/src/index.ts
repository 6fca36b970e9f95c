export { topicSettings, type TopicsConfig } from './rules-file.ts';
export { topicContracts } from './topic-contracts.ts';
