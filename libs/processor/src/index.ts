export { Refused, type ProcessContext, type Processor } from './processor.ts';
export { runProcessor } from './run-processor.ts';
export { processorParts, processorSettings, type ProcessorConfig } from './processor-settings.ts';
export { topicOutput, type TopicOutput } from './topic-output.ts';
