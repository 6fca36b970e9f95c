export { objectRig, type ObjectRig, type ObjectSinkUnderTest } from './testing/object-rig.ts';
export { objectSinkConformance } from './testing/object-sink-conformance.ts';
export { objectSinkTests } from './testing/object-sink-tests.ts';
export { objectStoreTests } from './testing/object-store-tests.ts';
export { rowsOf, type ReadObject } from './testing/read-object.ts';
export { testRecord } from './testing/test-records.ts';
