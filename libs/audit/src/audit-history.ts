import { appendFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { offsetsIn } from './ledger/passed-offsets.ts';
import type { TopicAudit } from './topic-audit.ts';

/** One audit of the past, in counts and sentences: no ids, no contents. */
export interface PastAudit {
  atMs: number;
  tookMs: number;
  /** How it was called. */
  command: string;
  /** Whether it was about all events and all destinations that have a sink. */
  isWhole: boolean;
  topics: readonly PastTopicAudit[];
}

export interface PastTopicAudit extends Pick<TopicAudit, 'topic' | 'destination' | 'ok' | 'totals'> {
  faultyObjects: number;
  /** Offsets that could not be compared, as their batches are unreadable. */
  unreadable: number;
  findings: readonly string[];
}

/** A file that grows beyond this keeps its newest audits only. */
const mostBytes = 8 * 1024 * 1024;
const mostKept = 200;

/**
 * Appends an audit to a file, one JSON object a line. A file of more than 8 MiB loses all but its newest 200 audits.
 *
 * @param findingsOf what is wrong with a topic, in sentences
 */
export async function rememberAudit(
  file: string,
  call: Omit<PastAudit, 'topics'>,
  topics: readonly TopicAudit[],
  findingsOf: (audit: TopicAudit) => readonly string[],
): Promise<void> {
  const past: PastAudit = {
    ...call,
    topics: topics.map((audit) => {
      const { topic, destination, ok, totals, objects, unreadable } = audit;
      return {
        ...{ topic, destination, ok, totals },
        faultyObjects: objects?.faultCount ?? 0,
        unreadable: offsetsIn(unreadable),
        findings: findingsOf(audit).slice(0, 20),
      };
    }),
  };
  await mkdir(dirname(file), { recursive: true });
  await appendFile(file, `${JSON.stringify(past)}\n`);
  if ((await stat(file)).size > mostBytes) await keepNewest(file);
}

async function keepNewest(file: string): Promise<void> {
  const newest = (await linesOf(file)).slice(-mostKept);
  // Readers never see half of it.
  await writeFile(`${file}.new`, newest.map((line) => `${line}\n`).join(''));
  await rename(`${file}.new`, file);
}

/** The newest audits of a file, the newest first; none where there is no such file. */
export async function readAudits(file: string, most: number): Promise<PastAudit[]> {
  return (await linesOf(file)).slice(-most).toReversed().flatMap(parsed);
}

async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').filter((line) => line !== '');
}

/** A line that was cut off is left out. */
function parsed(line: string): PastAudit[] {
  try {
    return [JSON.parse(line) as PastAudit];
  } catch {
    return [];
  }
}

/**
 * For each topic at each destination its newest audit. What an audit of everything no longer names is gone.
 *
 * @param runs the newest first
 */
export function latestResults(runs: readonly PastAudit[]): (PastTopicAudit & { atMs: number })[] {
  const latest = new Map<string, PastTopicAudit & { atMs: number }>();
  for (const { atMs, isWhole, topics } of runs) {
    for (const one of topics) {
      const key = `${one.topic} ${one.destination}`;
      if (!latest.has(key)) latest.set(key, { ...one, atMs });
    }
    if (isWhole) break;
  }
  return [...latest.values()];
}
