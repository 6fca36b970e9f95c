import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { TopicAudit } from './topic-audit.ts';

/** One audit of the past, in counts and sentences: no ids, no contents. */
export interface PastAudit {
  atMs: number;
  tookMs: number;
  /** How it was called. */
  command: string;
  topics: readonly PastTopicAudit[];
}

interface PastTopicAudit extends Pick<TopicAudit, 'topic' | 'destination' | 'ok' | 'totals'> {
  findings: readonly string[];
}

/**
 * Appends an audit to a file, one JSON object a line.
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
      const { topic, destination, ok, totals } = audit;
      return { topic, destination, ok, totals, findings: findingsOf(audit).slice(0, 20) };
    }),
  };
  await mkdir(dirname(file), { recursive: true });
  await appendFile(file, `${JSON.stringify(past)}\n`);
}

/** The newest audits of a file, the newest first; none where there is no such file. */
export async function readAudits(file: string, most: number): Promise<PastAudit[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.slice(-most).toReversed().flatMap(parsed);
}

/** A line that was cut off is left out. */
function parsed(line: string): PastAudit[] {
  try {
    return [JSON.parse(line) as PastAudit];
  } catch {
    return [];
  }
}
