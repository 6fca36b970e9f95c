import { sinkSettings } from '@sluice/sink';

export const stdoutSettings = { ...sinkSettings };
