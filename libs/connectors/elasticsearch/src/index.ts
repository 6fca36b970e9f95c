export {} from './client/elasticsearch-client.ts';
export { elasticsearchSink } from './elasticsearch-sink.ts';
export { clusterFacts, type ClusterFacts } from './reader/cluster-facts.ts';
export { documentReader, type DocumentReader } from './reader/document-reader.ts';
export { eventIndices, type EventIndex, type EventIndices } from './reader/event-indices.ts';
export { documentSearch, type DocumentSearch, type SearchRequest } from './reader/document-search.ts';
export {
  elasticsearchRules,
  elasticsearchSettings,
  elasticsearchSinkSettings,
  type ElasticsearchConfig,
  type ElasticsearchSinkConfig,
} from './settings.ts';
