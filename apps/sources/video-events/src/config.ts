import { settings, type Config } from '@sluice/config';
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { sourceSettings } from '@sluice/source';

export const videoEventsSettings = {
  VIDEO_EVENTS_FILES: settings.text({
    description: 'Which log files to read: glob patterns, separated by commas. They should match rotated files too',
    default: '/var/log/video-player/*.log*',
  }),
  VIDEO_EVENTS_REFRESH_MS: settings.integer({
    description: 'How often to look for new files and new lines',
    default: '1000',
    min: 10,
    max: 3_600_000,
  }),
  VIDEO_EVENTS_LINE_BYTES: settings.integer({
    description: 'The longest line; a longer one becomes a dead letter, cut to this length',
    default: '65536',
    min: 256,
    max: 1_000_000,
  }),
  VIDEO_EVENTS_MAX_FILES: settings.integer({
    description: 'Most files to track at once; the uncompressed ones are open, and further files wait',
    default: '4000',
    min: 1,
    max: 20_000,
  }),
  VIDEO_EVENTS_CLOSE_AFTER_MS: settings.integer({
    description: 'How long a deleted file is kept open after its last line',
    default: '5000',
    max: 3_600_000,
  }),
  ...sourceSettings,
};

export type VideoEventsConfig = Config<typeof videoEventsSettings>;

export const videoEventsRules = [...kafkaRules, ...schemaRegistryRules];

/** The patterns of VIDEO_EVENTS_FILES. A comma in braces is part of its pattern. */
export const patternsOf = (text: string): string[] =>
  text
    .split(/,(?![^{]*\})/)
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '');
