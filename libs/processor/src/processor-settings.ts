import type { Config } from '@sluice/config';
import { kafkaSettings, lingerSettings, schemaRegistrySettings } from '@sluice/kafka';
import { runtimeSettings, sinkParts, type RuntimeConfig } from '@sluice/sink';

const group = { PROCESSOR_GROUP: runtimeSettings.group };

const afterBatches = {
  ...lingerSettings,
  PROCESSOR_BUFFER_BYTES: runtimeSettings.bufferBytes,
  PROCESSOR_SHUTDOWN_GRACE_MS: runtimeSettings.shutdownGraceMs,
  PROCESSOR_SESSION_TIMEOUT_MS: runtimeSettings.sessionTimeoutMs,
  ...kafkaSettings,
  ...schemaRegistrySettings,
};

/** The settings of every processor. */
export const processorSettings = {
  ...group,
  PROCESSOR_BATCH_RECORDS: runtimeSettings.batchRecords,
  PROCESSOR_BATCH_BYTES: runtimeSettings.batchBytes,
  ...afterBatches,
};

/** The settings of every processor that collects. */
export const collectingProcessorSettings = {
  ...group,
  PROCESSOR_UNIT_BYTES: runtimeSettings.unitBytes,
  ...afterBatches,
};

export type ProcessorConfig = Config<typeof processorSettings>;
export type CollectingProcessorConfig = Config<typeof collectingProcessorSettings>;

/** What the runtime needs of a processor's configuration. */
export const processorRuntime = (config: ProcessorConfig | CollectingProcessorConfig): RuntimeConfig => ({
  role: 'processor',
  group: config.PROCESSOR_GROUP,
  lingerMs: config.LINGER_MS,
  bufferBytes: config.PROCESSOR_BUFFER_BYTES,
  shutdownGraceMs: config.PROCESSOR_SHUTDOWN_GRACE_MS,
  sessionTimeoutMs: config.PROCESSOR_SESSION_TIMEOUT_MS,
  kafka: config,
});

/** What must be ready before a processor is. */
export const processorParts = sinkParts;
