export { removeIndices, server } from './testing/test-sink.ts';
