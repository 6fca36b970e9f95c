export { runProperty } from './testing/property-run.ts';
