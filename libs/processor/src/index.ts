export { Refused, type ProcessContext, type Processor } from './processor.ts';
export { runCollectingProcessor, runProcessor } from './run-processor.ts';
export {
  collectingProcessorSettings,
  processorParts,
  processorSettings,
  type CollectingProcessorConfig,
  type ProcessorConfig,
} from './processor-settings.ts';
export { topicOutput, type TopicOutput } from './topic-output.ts';
