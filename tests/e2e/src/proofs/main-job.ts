import { join } from 'node:path';
import { hostMetrics } from '@sluice/schemas';
import { eventually, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { deliveryCounts, type DeliveryCounts } from '../delivery-counts.ts';
import { hostMetricsLoad } from '../host-metrics-load.ts';
import type { Proof, ProofContext, ProofResult } from '../proof.ts';

const loadPerSecond = 500;

const mainJob: Proof = {
  sentence:
    "This machine's metrics arrive in Elasticsearch, each once, although the sink and then Elasticsearch are killed in mid-flow.",
  run,
};
export default mainJob;

async function run({ say, folder, signal }: ProofContext): Promise<ProofResult> {
  say('starting Kafka, the registry and Elasticsearch');
  const stack = await launchStack({
    name: `proof-${process.pid}`,
    only: ['kafka', 'registry', 'elasticsearch'],
    quiet: true,
  });
  const environment = { ...stack.environment, ELASTICSEARCH_REPLICAS: '0', SINK_SESSION_TIMEOUT_MS: '6000' };
  const running = new Set<AppProcess>();
  const start = (name: string, path: string): AppProcess => {
    const app = startAppProcess({ folder: path, environment, logFile: join(folder, `${name}.log`) });
    running.add(app);
    void app.exited.then(() => running.delete(app));
    return app;
  };
  const documents = async (): Promise<number> => {
    const answer = await fetch(`${stack.environment['ELASTICSEARCH_URL']}/host-metrics/_count`);
    return answer.ok ? ((await answer.json()) as { count: number }).count : 0;
  };
  const moreThan = (count: number) =>
    eventually(async () => {
      signal.throwIfAborted();
      const now = await documents();
      if (now <= count) throw new Error(`the index has ${now} documents, not more than ${count}`);
      return now;
    }, 90_000);

  try {
    const source = start('host-metrics', 'sources/host-metrics');
    let sink = start('elasticsearch', 'sinks/elasticsearch');
    const load = await hostMetricsLoad(stack.environment, loadPerSecond, signal);
    let seen = await moreThan(1000);
    say(`events flow: ${seen} documents; killing the sink`);
    await sink.kill();
    sink = start('elasticsearch', 'sinks/elasticsearch');
    seen = await moreThan(seen + 1000);
    say(`the next sink delivers: ${seen} documents; killing Elasticsearch`);
    await stack.kill('elasticsearch');
    await stack.restore('elasticsearch');
    seen = await moreThan(seen + 1000);
    say(`Elasticsearch takes documents again: ${seen}; stopping the source`);
    const acknowledged = await load.stop();
    await source.stop();
    const counts = await eventually(async () => {
      signal.throwIfAborted();
      const now = await deliveryCounts(environment, hostMetrics.topic);
      if (now.lost > 0) throw new Error(`${now.lost} events are not in the index yet`);
      return now;
    }, 90_000).catch(() => deliveryCounts(environment, hostMetrics.topic));
    await sink.stop();
    return result(counts, acknowledged);
  } finally {
    await Promise.all([...running].map((app) => app.stop()));
    await stack.stop();
  }
}

function result(counts: DeliveryCounts, acknowledged: number): ProofResult {
  const { records, documents, lost, duplicates, unknown, deadLetters } = counts;
  const measured = records - acknowledged;
  return {
    counted: [
      ['records in the topic', records],
      ["  of them this machine's metrics", measured],
      ['documents in the index', documents],
      ['lost', lost],
      ['duplicates', duplicates],
      ['dead letters', deadLetters],
    ],
    shortfalls: [
      ...(measured > 0 ? [] : ["none of this machine's metrics are in the topic"]),
      ...(records === documents ? [] : [`${records} records, but ${documents} documents`]),
      ...(lost === 0 ? [] : [`${lost} lost`]),
      ...(duplicates === 0 ? [] : [`${duplicates} duplicates`]),
      ...(unknown === 0 ? [] : [`${unknown} documents that are not in the topic`]),
      ...(deadLetters === 0 ? [] : [`${deadLetters} dead letters`]),
    ],
  };
}
