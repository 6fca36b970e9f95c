import type { KafkaClient } from '@sluice/kafka';
import type { Codec } from '@sluice/schema-registry';
import type { Logger } from '@sluice/telemetry';

/** What operations work with. The caller connects it and closes it. */
export interface OperationsAccess {
  readonly kafka: KafkaClient;
  readonly codec: Codec;
  readonly logger: Logger;
}
