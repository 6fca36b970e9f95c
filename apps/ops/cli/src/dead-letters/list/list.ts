import {
  deadLetterSummary,
  deadLetterTopics,
  listed,
  listedJson,
  newestDeadLetters,
  readDeadLetters,
  readReplayMarks,
  type DeadLetterFilter,
  type DeadLetterState,
  type ListedDeadLetter,
} from '@sluice/dead-letters';
import { progress } from '@sluice/terminal';
import { eventAccess } from '../../clients/event-access.ts';
import { deadLetterTable } from './dead-letter-table.ts';
import { summaryTable } from './summary-table.ts';

interface ListOptions {
  topics: readonly string[] | undefined;
  filter: DeadLetterFilter;
  state: DeadLetterState | undefined;
  /** The newest so many. By default a table has 50, and JSON has all, in the order in which they are read. */
  limit: number | undefined;
  summary: boolean;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

const tableLimit = 50;

/**
 * Lists dead letters, the newest last, or counts them by cause. Never prints the contents of records.
 *
 * @returns the exit code
 */
export async function listDeadLetters(options: ListOptions): Promise<number> {
  const { add, print } = listing(options, process.stdout);
  const foreign = await readAll(options, add);
  if (foreign > 0) process.stderr.write(`Left out: ${foreign} records without a dead letter's headers.\n`);
  print();
  return 0;
}

/** What becomes of each dead letter, and what is printed in the end. */
function listing({ summary, json, limit }: ListOptions, stdout: NodeJS.WriteStream) {
  if (summary) {
    const sums = deadLetterSummary();
    return {
      add: ({ envelope, state }: ListedDeadLetter) => sums.add(envelope, state),
      print() {
        const groups = sums.groups();
        const lines = json ? groups.map((group) => JSON.stringify(group)) : summaryTable(groups, stdout);
        stdout.write(lines.map((line) => `${line}\n`).join(''));
      },
    };
  }
  if (json && limit === undefined)
    return { add: (deadLetter: ListedDeadLetter) => void stdout.write(listedJson(deadLetter)), print() {} };
  const newest = newestDeadLetters(limit ?? tableLimit);
  return {
    add: newest.add,
    print() {
      const found = newest.take();
      stdout.write(
        json ? found.map(listedJson).join('') : `${deadLetterTable(found, newest.count, stdout).join('\n')}\n`,
      );
    },
  };
}

/** @returns how many records are not dead letters */
async function readAll(
  { topics, filter, state, environment, signal }: ListOptions,
  add: (deadLetter: ListedDeadLetter) => void,
): Promise<number> {
  const shown = progress(process.stderr);
  const access = await eventAccess(environment, signal);
  let foreign = 0;
  try {
    const { kafka } = access;
    for (const topic of await deadLetterTopics(kafka, topics, { announcements: true })) {
      const marks = await readReplayMarks(kafka, topic, signal);
      foreign += await readDeadLetters({
        ...{ kafka, topic, filter, signal, progress: shown },
        onDeadLetter(deadLetter) {
          const found = listed(deadLetter, marks.runOf(deadLetter) === undefined ? 'open' : 'replayed');
          if (state === undefined || found.state === state) add(found);
        },
      });
    }
  } finally {
    shown.end();
    await access.close();
  }
  return foreign;
}
