import { objectSinkTests } from '@sluice/objects/testing';
import { gcsUnderTest } from './testing/gcs-rig.ts';

objectSinkTests(gcsUnderTest);
