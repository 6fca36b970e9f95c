import type { EventContract } from '@sluice/contracts';
import { runBatches, runUnits, type CollectingSink } from '@sluice/sink';
import type { AppContext } from '@sluice/telemetry';
import type { Processor } from './processor.ts';
import { processorSink } from './processor-sink.ts';
import { processorRuntime, type CollectingProcessorConfig, type ProcessorConfig } from './processor-settings.ts';
import { topicOutput } from './topic-output.ts';

/**
 * Runs a processor as a consumer group member until the context's signal is aborted. Called by the app's `main.ts`.
 *
 * ```
 * fetch ▶ decode ▶ process ▶ encode ▶ commit (events + dead letters + offset, one transaction)
 * ```
 *
 * Exactly once: readers of committed records see the outputs of an event once, whatever is killed.
 *
 * @throws for a defect only: a processor that throws anything but `Refused`. Nothing of the batch is committed
 */
export function runProcessor<In, Out extends object>(options: {
  processor: Processor<In, Out>;
  from: EventContract<In>;
  to: EventContract<Out>;
  config: ProcessorConfig;
  context: AppContext;
}): Promise<void> {
  const { processor, from, to, config, context } = options;
  return runBatches({
    sink: processorSink(processor, topicOutput(to, config, context), {
      continuesTraces: context.tracing !== undefined,
    }),
    contracts: [from],
    config: {
      ...processorRuntime(config),
      batchRecords: config.PROCESSOR_BATCH_RECORDS,
      batchBytes: config.PROCESSOR_BATCH_BYTES,
    },
    context,
  });
}

/** Runs a processor that collects events before it makes others of them: a collecting sink whose outputs are all that it delivers. */
export function runCollectingProcessor(options: {
  sink: CollectingSink;
  contracts: readonly EventContract[];
  config: CollectingProcessorConfig;
  context: AppContext;
}): Promise<void> {
  const { config, ...run } = options;
  return runUnits({ ...run, config: { ...processorRuntime(config), unitBytes: config.PROCESSOR_UNIT_BYTES } });
}
