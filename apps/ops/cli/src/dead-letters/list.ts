import { eventAccess } from '../clients/event-access.ts';
import { printable } from '../terminal/printable.ts';
import { progress, tableLines } from '@sluice/terminal';
import { deadLetterTopics } from './dead-letter-topics.ts';
import { envelopeJson, type Letter } from './letter/letter.ts';
import type { LetterFilter } from './letter/letter-filter.ts';
import { letterSummary } from './letter/letter-summary.ts';
import { readLetters } from './read-letters.ts';
import { readReplayMarks } from './replay/replay-marks.ts';

export type LetterState = 'open' | 'replayed';

/** A letter without its contents. */
type ListedLetter = Pick<Letter, 'topic' | 'partition' | 'envelope' | 'replays'> & {
  offset: bigint;
  state: LetterState;
};

const tableLimit = 50;

/**
 * Lists letters, the newest last, or sums them up. Contents of records are not shown.
 *
 * @param options.limit the newest so many; without it a table has 50 and JSON all, as they are read
 * @returns the exit code
 */
export async function listLetters(options: {
  topics: readonly string[] | undefined;
  filter: LetterFilter;
  state: LetterState | undefined;
  limit: number | undefined;
  summary: boolean;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<number> {
  const { filter, state, summary, json, environment, signal } = options;
  const limit = options.limit ?? (json ? undefined : tableLimit);
  const { stdout } = process;
  const shown = progress(process.stderr);
  const newest: ListedLetter[] = [];
  const sums = letterSummary();
  let [count, foreign] = [0, 0];
  const access = await eventAccess(environment, signal);
  try {
    const { kafka } = access;
    for (const topic of await deadLetterTopics(kafka, options.topics, { announcements: true })) {
      const marks = await readReplayMarks(kafka, topic, signal);
      const onLetter = (letter: Letter) => {
        const { partition, record, envelope, replays } = letter;
        const listed: ListedLetter = {
          topic,
          partition,
          offset: record.offset,
          envelope,
          replays,
          state: marks.runOf(letter) === undefined ? 'open' : 'replayed',
        };
        if (state !== undefined && listed.state !== state) return;
        count++;
        if (summary) sums.add(envelope, listed.state);
        else if (limit === undefined) stdout.write(`${JSON.stringify(jsonOf(listed))}\n`);
        else {
          newest.push(listed);
          if (newest.length >= 2 * limit + 1_000) keepNewest(newest, limit);
        }
      };
      foreign += await readLetters({ kafka, topic, filter, signal, progress: shown, onLetter });
    }
  } finally {
    shown.end();
    await access.close();
  }
  if (foreign > 0) process.stderr.write(`${foreign} records there carry no dead letter's envelope and are left out.\n`);
  if (summary) {
    stdout.write(json ? sums.jsonLines() : `${sums.tableLines(stdout).join('\n')}\n`);
  } else if (limit !== undefined) {
    keepNewest(newest, limit);
    if (json) stdout.write(newest.map((one) => `${JSON.stringify(jsonOf(one))}\n`).join(''));
    else stdout.write(`${listLines(newest, count, stdout).join('\n')}\n`);
  }
  return 0;
}

function keepNewest(letters: ListedLetter[], limit: number): void {
  letters.sort((a, b) => a.envelope.deadSince.getTime() - b.envelope.deadSince.getTime());
  letters.splice(0, letters.length - limit);
}

function listLines(letters: readonly ListedLetter[], count: number, stream: NodeJS.WriteStream): string[] {
  if (count === 0) return ['There are no such dead letters.'];
  const rows = letters.map(({ topic, partition, offset, state, replays, envelope }) => [
    `${topic} ${partition} ${offset}`,
    envelope.deadSince.toISOString(),
    printable(envelope.by),
    origin(envelope),
    state,
    String(replays),
    printable(envelope.errorClass),
    printable(envelope.reason),
  ]);
  const header = ['letter', 'dead since', 'by', 'from', 'state', 'replays', 'class', 'reason'];
  const lines = tableLines(header, rows, stream, header.length);
  const width = stream.isTTY ? stream.columns : Infinity;
  const cut = lines.map((line) => (line.length > width + 16 ? `${line.slice(0, width - 1)}…` : line));
  return letters.length === count
    ? cut
    : [...cut, `These are the newest ${letters.length} of ${count.toLocaleString('en-US')}: --limit shows more.`];
}

const origin = ({ topic, partition, offset }: Letter['envelope']): string =>
  printable(partition === undefined || offset === undefined ? topic : `${topic} ${partition} ${offset}`);

function jsonOf({ topic, partition, offset, state, replays, envelope }: ListedLetter): object {
  return {
    letter: { topic, partition, offset: String(offset) },
    state,
    replays,
    ...envelopeJson(envelope),
  };
}
