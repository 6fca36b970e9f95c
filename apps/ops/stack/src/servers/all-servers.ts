import { bigquery } from './bigquery.ts';
import { elasticsearch } from './elasticsearch.ts';
import { gcs } from './gcs.ts';
import { kafka, kafka2, kafka3 } from './kafka.ts';
import { mqtt } from './mqtt.ts';
import { opensearch } from './opensearch.ts';
import { postgres } from './postgres.ts';
import { pubsub } from './pubsub.ts';
import { registry, registry2 } from './registry.ts';
import { s3 } from './s3.ts';
import { sqs } from './sqs.ts';
import { type Server, type ServerName } from './server.ts';

/** Every server of the stack, by name. */
export const allServers: Readonly<Record<ServerName, Server>> = {
  kafka,
  'kafka-2': kafka2,
  'kafka-3': kafka3,
  registry,
  'registry-2': registry2,
  elasticsearch,
  gcs,
  bigquery,
  mqtt,
  s3,
  sqs,
  pubsub,
  postgres,
  opensearch,
};
