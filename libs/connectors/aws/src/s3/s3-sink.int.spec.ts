import { objectSinkTests } from '@sluice/objects/testing';
import { s3UnderTest } from './testing/s3-rig.ts';

objectSinkTests(s3UnderTest);
