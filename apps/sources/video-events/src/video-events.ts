import { videoEvent as contract, type VideoEvent } from '@sluice/contracts';
import { runSource, type Source, type SourceItem } from '@sluice/source';
import type { AppContext } from '@sluice/telemetry';
import { patternsOf, type VideoEventsConfig } from './config.ts';
import { notices } from './notices.ts';
import type { TailOptions } from './tail/tail-state.ts';
import { tail } from './tail/tail.ts';
import { videoLine } from './video-line.ts';

/** Publishes the lines of a player's logs, until it is stopped. */
export function runVideoEvents(config: VideoEventsConfig, context: AppContext): Promise<void> {
  const source = videoEvents({
    patterns: patternsOf(config.VIDEO_EVENTS_FILES),
    refreshMs: config.VIDEO_EVENTS_REFRESH_MS,
    maxLineBytes: config.VIDEO_EVENTS_LINE_BYTES,
    maxFiles: config.VIDEO_EVENTS_MAX_FILES,
    closeAfterMs: config.VIDEO_EVENTS_CLOSE_AFTER_MS,
    onNotice: notices(context),
  });
  return runSource({ source, contract, config, context, cursors: true });
}

/**
 * The events of a player's logs. An event's id is its log's identity and the byte at which its line begins. A line that is not an event
 * is refused with its place; blank lines are skipped.
 *
 * @throws Error when the cursor is not one of this source
 */
const videoEvents = (options: TailOptions): Source<VideoEvent> => ({
  async *read({ signal, cursor }) {
    for await (const line of tail(options, cursor, signal)) {
      const { logId, offset, bytes, length, path } = line;
      let text: string | undefined;
      /** Made only on demand: it names every file, and only the last of a request is used. */
      const step = {
        get cursor() {
          return (text ??= line.cursor());
        },
      };
      const refused = (reason: string, errorClass: string): SourceItem<VideoEvent> =>
        Object.assign(step, {
          refused: { bytes, reason, errorClass, origin: `${path}, log ${logId}, byte ${offset}` },
        });
      if (length > bytes.length) {
        yield refused(
          `the line has ${length} bytes, more than VIDEO_EVENTS_LINE_BYTES; only its beginning is kept`,
          'too-long',
        );
        continue;
      }
      const read = videoLine(bytes);
      if (read === undefined) continue;
      if ('reason' in read) yield refused(read.reason, 'unreadable');
      else {
        const { event, replacedSurrogates } = read;
        yield Object.assign(step, { value: { event_id: `${logId}-${offset}`, ...event }, replacedSurrogates });
      }
    }
  },
});
