/** The addresses of the servers under test. `vitest-stack.ts` sets the variables, unless they are set already. */
export function serverAddresses() {
  const read = (name: string): string => {
    const value = process.env[name];
    if (value === undefined)
      throw new Error(`${name} is not set: run integration tests with vitest's project int, which starts the servers`);
    return value;
  };
  return {
    get kafkaBrokers() {
      return read('KAFKA_BROKERS');
    },
    get schemaRegistryUrl() {
      return read('SCHEMA_REGISTRY_URL');
    },
    get elasticsearchUrl() {
      return read('ELASTICSEARCH_URL');
    },
    get gcsEndpoint() {
      return read('GCS_ENDPOINT');
    },
    get s3Endpoint() {
      return read('S3_ENDPOINT');
    },
    get sqsEndpoint() {
      return read('AWS_ENDPOINT_URL_SQS');
    },
    get bigqueryEndpoint() {
      return read('BIGQUERY_ENDPOINT');
    },
  };
}
