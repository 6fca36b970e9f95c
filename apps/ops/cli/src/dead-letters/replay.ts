import { deadLetterName, replay, type DeadLetterFilter, type TopicReplay } from '@sluice/dead-letters';
import { eventAccess } from '../clients/event-access.ts';
import { progress, tableLines } from '@sluice/terminal';

/** More remaining dead letters are only counted. */
const mostNamed = 20;

/**
 * Publishes dead letters to their topics again, each once, however often it is interrupted and called again.
 *
 * @returns the exit code: 0 when all matching ones were replayed, 1 when some remain
 */
export async function replayDeadLetters(options: {
  topics: readonly string[] | undefined;
  filter: DeadLetterFilter;
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
  let results: readonly TopicReplay[] = [];
  const access = await eventAccess(environment, signal);
  try {
    results = await replay({ ...options, access, limit: options.limit ?? Infinity, progress: shown });
  } finally {
    shown.end();
    await access.close();
  }
  const stays = results.flatMap(({ tooOften, refused }) => [
    ...tooOften.map(
      (deadLetter) =>
        `${deadLetterName(deadLetter)} stays: it has been replayed ${deadLetter.replays} times already (--max-replays)`,
    ),
    ...refused.map(({ deadLetter, reason }) => `${deadLetterName(deadLetter)} stays: ${reason}`),
  ]);
  if (json) process.stdout.write(`${JSON.stringify({ dryRun, topics: results.map(jsonOf) })}\n`);
  else process.stdout.write(`${replayLines(results, dryRun, stays).join('\n')}\n`);
  return stays.length === 0 || dryRun ? 0 : 1;
}

const jsonOf = ({ tooOften, refused, ...counts }: TopicReplay): object => ({
  ...counts,
  tooOften: tooOften.map(deadLetterName),
  refused: refused.map(({ deadLetter, reason }) => ({ deadLetter: deadLetterName(deadLetter), reason })),
});

function replayLines(results: readonly TopicReplay[], dryRun: boolean, stays: readonly string[]): string[] {
  if (results.length === 0) return ['There are no dead letters.'];
  const header = ['dead letters', dryRun ? 'would be replayed' : 'replayed', 'replayed before', 'too often', 'refused'];
  const rows = results.map(({ topic, replayed, before, tooOften, refused }) => [
    topic,
    ...[replayed, before, tooOften.length, refused.length].map((count) => count.toLocaleString('en-US')),
  ]);
  const more = stays.length > mostNamed ? [`… and ${stays.length - mostNamed} more; --json lists all`] : [];
  return [...tableLines(header, rows, process.stdout), ...stays.slice(0, mostNamed), ...more];
}
