import { processorSettings } from '@sluice/processor';

export const iotEnrichSettings = { ...processorSettings };
