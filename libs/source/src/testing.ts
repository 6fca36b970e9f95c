export { damagedLine, mostMiB, peakMiB } from './testing/fuzzing.ts';
export { sourceConformance, type Oddity, type Origin, type Requirement } from './testing/source-conformance.ts';
export { sourceRig, type PublishedEvent, type SourceRig } from './testing/source-rig.ts';
