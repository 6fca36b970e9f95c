import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { tweetGenerator } from './world/tweet-generator.ts';
import { v1Form } from './world/v1-form.ts';
import { v2Form } from './world/v2-form.ts';

const filesPerRun = 8;
/** From one post to the next. */
const stepMs = 250;

/**
 * Writes synthetic tweets into a folder: eight files, every second one compressed, lines of API v1.1 and v2 mixed. The same seed writes
 * the same files.
 *
 * @param endMs when the last one was posted
 */
export async function writeFiles(options: {
  folder: string;
  tweets: number;
  seed: number;
  endMs: number;
}): Promise<void> {
  const { folder, tweets, seed, endMs } = options;
  mkdirSync(folder, { recursive: true });
  const make = tweetGenerator(seed);
  let written = 0;
  function* lines(most: number): Generator<string> {
    for (let line = 0; line < most; line++, written++) {
      const tweet = make(endMs - (tweets - written) * stepMs);
      yield `${JSON.stringify(written % 2 === 0 ? v2Form(tweet) : v1Form(tweet))}\n`;
    }
  }
  for (let file = 0; file < filesPerRun; file++) {
    const most = Math.floor((tweets * (file + 1)) / filesPerRun) - Math.floor((tweets * file) / filesPerRun);
    const name = `synthetic-${String(file).padStart(2, '0')}.jsonl`;
    const from = Readable.from(lines(most));
    if (file % 2 === 0) await pipeline(from, createWriteStream(join(folder, name)));
    else await pipeline(from, createGzip({ level: 1 }), createWriteStream(join(folder, `${name}.gz`)));
  }
}
