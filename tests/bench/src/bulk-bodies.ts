import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchTweets } from './bench-tweet.ts';
import { randomTweets } from './random-tweet.ts';

/** Documents in one body: as many as the sink takes into one write. */
const documentsPerBody = 5000;

/** Writes the tweets' documents as bulk bodies, ready to be sent. */
export function writeBulkBodies(folder: string, count: number, seed: number, startMs: number): void {
  mkdirSync(folder, { recursive: true });
  const tweet = randomTweets(seed);
  const action = (id: string) => `{"create":{"_index":"${benchTweets.topic}-limit","_id":"${id}"}}\n`;
  for (let from = 0; from < count; from += documentsPerBody) {
    const lines = Array.from({ length: Math.min(documentsPerBody, count - from) }, (_, index) => {
      const document = tweet(from + index, new Date(startMs + Math.floor(((from + index) / count) * 86_400_000)));
      return `${action(document.id)}${JSON.stringify(document)}\n`;
    });
    writeFileSync(join(folder, `${String(from).padStart(9, '0')}.ndjson`), lines.join(''));
  }
}
