import type { Config } from '@sluice/config';
import { sinkParts, sinkSettings } from '@sluice/sink';

const { SINK_TOPICS: _, ...settings } = sinkSettings;

/** Every processor's settings: those of the sink that it is, without a choice of topics. */
export const processorSettings = settings;

export type ProcessorConfig = Config<typeof processorSettings>;

/** What must be ready before a processor is. */
export const processorParts = sinkParts;
