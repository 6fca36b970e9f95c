// video-events: the lines of a video player's log files, as they are written, to the Kafka topic `video-events`.
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { videoEvent as contract } from '@sluice/contracts';
import { runSource, sourceParts } from '@sluice/source';
import { runApp } from '@sluice/telemetry';
import { patternsOf, videoEventsSettings } from './config.ts';
import { notices } from './notices.ts';
import { videoEvents } from './video-events.ts';

void runApp(
  {
    name: 'video-events',
    description: "publishes the lines of a video player's log files to Kafka",
    settings: videoEventsSettings,
    rules: [...kafkaRules, ...schemaRegistryRules],
    parts: sourceParts,
    run(config, context) {
      const source = videoEvents({
        patterns: patternsOf(config.VIDEO_EVENTS_FILES),
        refreshMs: config.VIDEO_EVENTS_REFRESH_MS,
        maxLineBytes: config.VIDEO_EVENTS_LINE_BYTES,
        maxFiles: config.VIDEO_EVENTS_MAX_FILES,
        closeAfterMs: config.VIDEO_EVENTS_CLOSE_AFTER_MS,
        onNotice: notices(context),
      });
      return runSource({ source, contract, config, context, cursors: true });
    },
  },
  process.env,
);
