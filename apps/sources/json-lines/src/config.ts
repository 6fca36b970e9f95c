import { settings, type Config } from '@sluice/config';
import { contracts } from '@sluice/contracts';
import { sourceSettings } from '@sluice/source';

export const jsonLinesSettings = {
  JSON_LINES_FILE: settings.text({
    description: 'The file to read. It may grow, or appear later; what is in it must not change',
    default: '/var/lib/sluice/events.jsonl',
  }),
  JSON_LINES_TOPIC: settings.choice(
    contracts.map(({ topic }) => topic),
    { description: 'The topic to publish to: each line is one of its events', default: 'video-events' },
  ),
  ...sourceSettings,
};

export type JsonLinesConfig = Config<typeof jsonLinesSettings>;
