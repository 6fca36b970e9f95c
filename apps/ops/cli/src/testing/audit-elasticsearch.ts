import { silentProgress } from '@sluice/terminal';
import { auditTopics } from '../audit/audit.ts';
import type { TopicAudit } from '@sluice/audit';
import type { TestEvents } from './test-events.ts';

/** Audits the topic at Elasticsearch. @param group the sink's consumer group */
export async function auditElasticsearch(
  { contract }: TestEvents,
  group: string,
  waitSeconds: number,
): Promise<TopicAudit> {
  const [found] = await auditTopics({
    ...{ contracts: [contract], destinations: ['elasticsearch'], group, waitSeconds },
    ...{ environment: process.env, signal: new AbortController().signal, progress: silentProgress },
  });
  if (found === undefined) throw new Error(`no audit of ${contract.topic}`);
  return found;
}
