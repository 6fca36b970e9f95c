export { opensearchSink } from './opensearch-sink.ts';
export { opensearchReader } from './reader/opensearch-reader.ts';
export {
  opensearchRules,
  opensearchSettings,
  opensearchSinkSettings,
  type OpensearchConfig,
  type OpensearchSinkConfig,
} from './settings.ts';
