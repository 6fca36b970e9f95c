import { objectSinkConformance } from '@sluice/objects/testing';
import { gcsUnderTest } from './testing/gcs-rig.ts';

objectSinkConformance(gcsUnderTest);
