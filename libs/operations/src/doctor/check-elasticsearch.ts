import { clusterFacts, type ElasticsearchConfig } from '@sluice/connector-elasticsearch';
import type { EventContract } from '@sluice/contracts';
import { clockSkew } from './clock-skew.ts';
import { failed, ok, tried, warning, type Checks } from './check.ts';

/** Where Elasticsearch stops to place shards, and where it blocks writing: its watermarks. */
const [highPercent, floodPercent] = [85, 95];

/** Elasticsearch: whether it answers this user, is well, and has the templates of the contracts. */
export async function* checkElasticsearch(
  config: ElasticsearchConfig,
  contracts: readonly EventContract[],
  signal: AbortSignal,
): Checks {
  const cluster = clusterFacts(config, signal);
  const own = 'Elasticsearch';
  try {
    const connection = await tried(own, 'connection', signal, async () =>
      ok(`${cluster.url} answers: Elasticsearch ${await cluster.version()}`),
    );
    yield connection;
    if (connection.state === 'failed') return;
    yield await tried(own, 'health', signal, async () => {
      const health = await cluster.health();
      if (health === 'red')
        return failed('its health is red: some data cannot be reached', 'look at GET _cluster/allocation/explain');
      return health === 'green'
        ? ok('its health is green')
        : warning(
            'its health is yellow: some replicas have no node',
            'add a node, or set ELASTICSEARCH_REPLICAS=0 where there is only one',
          );
    });
    let clock = ok('it does not show its clock');
    yield await tried(own, 'disks', signal, async () => {
      const sentMs = Date.now();
      const { disks, clockMs } = await cluster.nodes();
      if (clockMs !== undefined) clock = clockSkew(clockMs, { sentMs, receivedMs: Date.now(), resolutionMs: 1_000 });
      const fullest = disks.sort((a, b) => b.usedPercent - a.usedPercent)[0];
      if (fullest === undefined) return ok('it does not show its disks');
      const says = `the fullest disk, of ${fullest.node}, is ${fullest.usedPercent.toFixed(0)} % full`;
      const fix = 'delete old indices, or add disks: at 95 % Elasticsearch blocks writing';
      if (fullest.usedPercent >= floodPercent) return failed(says, fix);
      return fullest.usedPercent >= highPercent ? warning(says, fix) : ok(says);
    });
    yield await tried(own, 'clock', signal, () => clock);
    yield await tried(own, 'blocks', signal, async () => {
      const blocked = await cluster.blockedIndices(contracts);
      return blocked.length === 0
        ? ok('its indices take writes')
        : failed(
            `${blocked.length} indices take no writes, such as ${blocked[0]}`,
            'make room on the disks; the block then ends by itself, unless somebody set it',
          );
    });
    yield await tried(own, 'templates', signal, () => templates(cluster, contracts));
  } finally {
    await cluster.close();
  }
}

async function templates(cluster: ReturnType<typeof clusterFacts>, contracts: readonly EventContract[]) {
  const found = await Promise.all(
    contracts.map(async (contract) => ({ topic: contract.topic, missing: await cluster.missingFields(contract) })),
  );
  const absent = found.filter(({ missing }) => missing === undefined).map(({ topic }) => topic);
  const stale = found.filter(({ missing }) => (missing?.length ?? 0) > 0);
  const fix = 'start the sink elasticsearch: it puts the templates of the contracts at its start';
  if (stale.length > 0)
    return warning(
      `the template of ${stale.map(({ topic }) => topic).join(', ')} lacks fields of the contract, such as ${stale[0]?.missing?.[0]}`,
      fix,
    );
  return absent.length === 0
    ? ok('it has the templates of all events')
    : warning(`it has no template of ${absent.join(', ')}`, fix);
}
