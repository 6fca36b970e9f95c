import { randomUUID } from 'node:crypto';
import { eventAccess } from '../../clients/event-access.ts';
import { progress, tableLines } from '@sluice/terminal';
import { deadLetterTopics } from '../dead-letter-topics.ts';
import { letterName } from '../letter/letter.ts';
import type { LetterFilter } from '../letter/letter-filter.ts';
import { replayMarksTopic, replayMarksTopicSettings } from './replay-marks.ts';
import { replayTopic, type TopicReplay } from './replay-topic.ts';

/** Letters that stay are named one by one up to this number. */
const mostNamed = 20;

/**
 * Sends records back to the topics they came from, each once, however often it is interrupted and called again.
 *
 * @returns the exit code: 0 when all that were meant are back, 1 when some stay
 */
export async function replayLetters(options: {
  topics: readonly string[] | undefined;
  filter: LetterFilter;
  limit: number | undefined;
  maxReplays: number;
  transactionRecords: number;
  dryRun: boolean;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<number> {
  const { dryRun, json, environment, signal } = options;
  const shown = progress(process.stderr);
  const run = randomUUID();
  const results: TopicReplay[] = [];
  const access = await eventAccess(environment, signal);
  try {
    const { kafka } = access;
    const topics = await deadLetterTopics(kafka, options.topics);
    if (!dryRun && topics.length > 0)
      await kafka.ensureTopics([replayMarksTopic], { signal, settings: replayMarksTopicSettings });
    let left = options.limit ?? Infinity;
    for (const topic of topics) {
      const result = await replayTopic({ ...options, access, topic, run, limit: left, progress: shown });
      results.push(result);
      left -= result.replayed;
    }
  } finally {
    shown.end();
    await access.close();
  }
  const stays = results.flatMap(({ tooOften, refused }) => [
    ...tooOften.map(
      (letter) => `${letterName(letter)} stays: it has come back ${letter.replays} times already (--max-replays)`,
    ),
    ...refused.map(({ letter, reason }) => `${letterName(letter)} stays: ${reason}`),
  ]);
  if (json) process.stdout.write(`${JSON.stringify({ dryRun, topics: results.map(jsonOf) })}\n`);
  else process.stdout.write(`${replayLines(results, dryRun, stays).join('\n')}\n`);
  return stays.length === 0 || dryRun ? 0 : 1;
}

const jsonOf = ({ tooOften, refused, ...counts }: TopicReplay): object => ({
  ...counts,
  tooOften: tooOften.map(letterName),
  refused: refused.map(({ letter, reason }) => ({ letter: letterName(letter), reason })),
});

function replayLines(results: readonly TopicReplay[], dryRun: boolean, stays: readonly string[]): string[] {
  if (results.length === 0) return ['There are no dead letters.'];
  const header = ['dead letters', dryRun ? 'would be replayed' : 'replayed', 'replayed before', 'too often', 'refused'];
  const rows = results.map(({ topic, replayed, before, tooOften, refused }) => [
    topic,
    ...[replayed, before, tooOften.length, refused.length].map((count) => count.toLocaleString('en-US')),
  ]);
  const more = stays.length > mostNamed ? [`… and ${stays.length - mostNamed} more: --json names them`] : [];
  return [...tableLines(header, rows, process.stdout), ...stays.slice(0, mostNamed), ...more];
}
