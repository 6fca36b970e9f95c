import type { EventContract } from '@sluice/contracts';
import { runSink } from '@sluice/sink';
import type { AppContext } from '@sluice/telemetry';
import type { Processor } from './processor.ts';
import { processorSink } from './processor-sink.ts';
import type { ProcessorConfig } from './processor-settings.ts';
import { topicOutput } from './topic-output.ts';

/**
 * Runs a processor as a consumer group member until the context's signal is aborted. Called by the app's `main.ts`.
 *
 * ```
 * fetch ▶ decode ▶ process ▶ encode ▶ commit (events + dead letters + offset, one transaction)
 * ```
 *
 * Exactly once: readers of committed records see what came of an event once, whatever is killed.
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
  const sink = processorSink(processor, topicOutput(to, config, context));
  return runSink({ sink, contracts: [from], config: { ...config, SINK_TOPICS: [from.topic] }, context });
}
