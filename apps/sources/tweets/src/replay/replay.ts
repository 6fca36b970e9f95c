import type { Tweet } from '@sluice/contracts';
import type { Source, SourceItem } from '@sluice/source';
import { matchedKeywords } from '../tweet/matched-keywords.ts';
import { readPosts } from '../tweet/read-posts.ts';
import { UnreadableTweet } from '../tweet/unreadable-tweet.ts';
import { BrokenFile, fileLines, type FileLine } from './file-lines.ts';
import { listFiles, type ReplayFile } from './list-files.ts';
import { Pace } from './pace.ts';
import { readReplayCursor, writeReplayCursor } from './replay-cursor.ts';

/** Hears of the progress of a replay. */
export interface ReplayObserver {
  begins(files: number, bytes: number): void;
  /** Files in the folder whose names are not those of files of tweets. */
  skips(names: readonly string[]): void;
  tweet(): void;
  notice(): void;
  unreadable(where: string, reason: string): void;
  /** @param bytes how many of all files, compressed as they are */
  progress(bytes: number): void;
  ends(): void;
  /** Everything had been published before. */
  alreadyEnded(): void;
}

/**
 * The tweets in a file or a folder of files, in the order of their names and lines. After a restart it continues behind the last line that
 * Kafka has. A line that is not a tweet becomes a dead letter, and so does a file that breaks off; neither ends the replay.
 */
export function replay(options: {
  path: string;
  /** How many times faster than recorded; 0 for as fast as possible. */
  speed: number;
  keywords: readonly string[];
  observer: ReplayObserver;
}): Source<Tweet> {
  const { path, speed, keywords, observer } = options;
  return {
    async *read({ signal, cursor }) {
      const { files, others } = await listFiles(path);
      const done = readReplayCursor(cursor, path);
      const pace = new Pace(speed);
      let before = 0;
      let any = false;
      observer.begins(
        files.length,
        files.reduce((sum, { bytes }) => sum + bytes, 0),
      );
      if (others.length > 0) observer.skips(others);
      for (const file of files) {
        const isBegun = done?.file === file.name;
        if (done === undefined || file.name > done.file || (isBegun && done.position !== null)) {
          const from = isBegun ? (done?.position ?? 0) : 0;
          const onBytes = (bytes: number) => observer.progress(before + bytes);
          for await (const item of fileItems({ path, file, from, keywords, observer, signal, onBytes })) {
            any = true;
            if ('value' in item) await pace.until(item.value.created_at.getTime(), signal);
            if (signal.aborted) return;
            yield item;
          }
        }
        before += file.bytes;
      }
      if (any || done === undefined) observer.ends();
      else observer.alreadyEnded();
    },
  };
}

async function* fileItems(options: {
  path: string;
  file: ReplayFile;
  from: number;
  keywords: readonly string[];
  observer: ReplayObserver;
  signal: AbortSignal;
  onBytes: (bytes: number) => void;
}): AsyncGenerator<SourceItem<Tweet>> {
  const { path, file, from, keywords, observer, signal, onBytes } = options;
  const at = (position: number | null) => writeReplayCursor({ path, file: file.name, position });
  let reached = from;
  try {
    for await (const line of fileLines(file.path, from, signal, onBytes)) {
      reached = line.end;
      const items = itemsOf(line);
      // Only the last item of a page can be continued behind.
      for (const [place, item] of items.entries())
        yield place === items.length - 1 ? { ...item, cursor: at(line.end) } : item;
    }
  } catch (error) {
    if (!(error instanceof BrokenFile)) throw error;
    yield { ...refused(Buffer.alloc(0), `the file breaks off: ${error.message}`, reached), cursor: at(null) };
  }

  function itemsOf({ bytes, start }: FileLine): SourceItem<Tweet>[] {
    if (bytes.length === 0) return [];
    try {
      const read = readPosts(bytes);
      if ('notice' in read) {
        observer.notice();
        return [];
      }
      return read.posts.map((post, place): SourceItem<Tweet> => {
        if ('reason' in post) return refused(post.bytes, post.reason, start);
        observer.tweet();
        const { content, original } = post;
        const matched_keywords = matchedKeywords(keywords, content);
        const replacedSurrogates = place === 0 ? read.replacedSurrogates : 0;
        return {
          value: { ...content, matched_keywords, delivered_by: 'REPLAY', original },
          ...(replacedSurrogates > 0 && { replacedSurrogates }),
        };
      });
    } catch (error) {
      if (!(error instanceof UnreadableTweet)) throw error;
      return [refused(bytes, error.message, start)];
    }
  }

  function refused(bytes: Buffer, reason: string, position: number): SourceItem<Tweet> {
    const origin = `${file.path}, byte ${position}`;
    observer.unreadable(origin, reason);
    return { refused: { bytes, reason, origin } };
  }
}
