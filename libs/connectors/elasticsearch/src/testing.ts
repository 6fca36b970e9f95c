export { idsByIndex, removeIndices, server } from './testing/test-sink.ts';
