/** Servers by the setting that holds their address. */
const servers = [
  ['KAFKA_BROKERS', 'Kafka'],
  ['SCHEMA_REGISTRY_URL', 'Schema registry'],
  ['ELASTICSEARCH_URL', 'Elasticsearch'],
  ['GCS_ENDPOINT', 'Cloud Storage'],
  ['BIGQUERY_ENDPOINT', 'BigQuery'],
] as const;

/** The servers' addresses, without passwords, after the dashboard's. */
export function addressesOf(environment: NodeJS.ProcessEnv, dashboard?: string): [name: string, address: string][] {
  return [
    ...(dashboard === undefined ? [] : [['Dashboard', dashboard] as [string, string]]),
    ...servers.flatMap(([setting, name]): [string, string][] => {
      const address = environment[setting] ?? '';
      return address === '' ? [] : [[name, address.replace(/^(\w+:\/\/)?.*@/s, '$1…@')]];
    }),
    ['Metrics', `http://${environment['TELEMETRY_HOST'] ?? '127.0.0.1'}:PORT/metrics`],
  ];
}

/** Commands to try while everything runs. */
export function commandsFor(environment: NodeJS.ProcessEnv): string[] {
  const [search = ''] = (environment['ELASTICSEARCH_URL'] ?? '').split(',');
  return [
    'npm run sluice -- audit',
    'npm run sluice -- dead-letters list --summary',
    // The settings refuse an address with a password.
    ...(search === '' || search.includes('@') ? [] : [`curl '${search}/tweets/_search?q=text:bts&size=1&pretty'`]),
  ];
}
