// video-events: the lines of a video player's log files, as they are written, to the Kafka topic `video-events`.
import { sourceParts } from '@sluice/source';
import { runApp } from '@sluice/telemetry';
import { videoEventsRules, videoEventsSettings } from './config.ts';
import { runVideoEvents } from './video-events.ts';

void runApp(
  {
    name: 'video-events',
    description: "publishes the lines of a video player's log files to Kafka",
    settings: videoEventsSettings,
    rules: videoEventsRules,
    parts: sourceParts,
    run: runVideoEvents,
  },
  process.env,
);
