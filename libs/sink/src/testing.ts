export { unlessExempt } from './testing/exemptions.ts';
export { inMemoryRegistry } from './testing/in-memory-registry.ts';
export { collectingSinkConformance, type CollectingSinkUnderTest } from './testing/collecting-sink-conformance.ts';
export { batchOf, sampleBatch } from './testing/sample-batch.ts';
export { sinkConformance, type Fault, type SinkUnderTest } from './testing/sink-conformance.ts';
