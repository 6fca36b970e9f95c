export { statuses, testContract, testRecord, write } from './testing/test-records.ts';
