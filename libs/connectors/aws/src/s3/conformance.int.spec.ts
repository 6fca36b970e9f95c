import { objectSinkConformance } from '@sluice/objects/testing';
import { s3UnderTest } from './testing/s3-rig.ts';

objectSinkConformance(s3UnderTest);
