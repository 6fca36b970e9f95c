export { processorConformance, type ProcessorUnderTest } from './testing/processor-conformance.ts';
