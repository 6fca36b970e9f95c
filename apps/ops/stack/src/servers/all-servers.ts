import { bigquery } from './bigquery.ts';
import { elasticsearch } from './elasticsearch.ts';
import { gcs } from './gcs.ts';
import { kafka } from './kafka.ts';
import { mqtt } from './mqtt.ts';
import { opensearch } from './opensearch.ts';
import { postgres } from './postgres.ts';
import { registry } from './registry.ts';
import { s3 } from './s3.ts';
import { sqs } from './sqs.ts';
import { type Server, type ServerName } from './server.ts';

/** Every server of the stack, by name. */
export const allServers: Readonly<Record<ServerName, Server>> = {
  kafka,
  registry,
  elasticsearch,
  gcs,
  bigquery,
  mqtt,
  s3,
  sqs,
  postgres,
  opensearch,
};
