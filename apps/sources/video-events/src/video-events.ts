import type { VideoEvent } from '@sluice/contracts';
import type { Source, SourceItem } from '@sluice/source';
import { tail, type TailOptions } from './tail/tail.ts';
import { videoLine } from './video-line.ts';

/**
 * The events of a player's logs. An event's id is its log's identity and the byte at which its line begins. A line that is no event is
 * refused with its place; blank lines are nothing.
 *
 * @throws Error when the cursor is none of this source
 */
export const videoEvents = (options: TailOptions): Source<VideoEvent> => ({
  async *read({ signal, cursor }) {
    for await (const line of tail(options, cursor, signal)) {
      const { logId, offset, bytes, length, path } = line;
      let text: string | undefined;
      /** Made when it is asked for: it names every file, and only the last of a request is used. */
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
          `the line has ${length} bytes, more than VIDEO_EVENTS_LINE_BYTES; its beginning is kept`,
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
