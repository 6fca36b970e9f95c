export { postgresSink } from './postgres-sink.ts';
export { tableReader, type PlacedRow, type TableReader } from './reader/table-reader.ts';
export {
  postgresRules,
  postgresSettings,
  postgresSinkSettings,
  type PostgresConfig,
  type PostgresSinkConfig,
} from './settings.ts';
