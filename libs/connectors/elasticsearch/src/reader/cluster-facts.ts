import { errors } from '@elastic/elasticsearch';
import { templateName, type EventContract } from '@sluice/contracts';
import { indexTemplate } from '@sluice/index-templates';
import { describeError, FatalError } from '@sluice/telemetry';
import { clusterProblem, refusalText } from '../client/cluster-problem.ts';
import { elasticsearchClient } from '../client/elasticsearch-client.ts';
import type { ElasticsearchConfig } from '../settings.ts';

/** What a cluster says about itself, for fault finding. Its methods throw FatalError with a sentence, and the abort reason. */
export interface ClusterFacts {
  readonly url: string;
  /** Whether it answers this user, and which version it is. */
  version(): Promise<string>;
  health(): Promise<'green' | 'yellow' | 'red'>;
  /** How full the nodes' disks are, in percent, and the clock of the node that is asked, milliseconds since 1970. */
  nodes(): Promise<{ disks: { node: string; usedPercent: number }[]; clockMs: number | undefined }>;
  /** Indices of these events that take no writes, as when a disk is full. */
  blockedIndices(contracts: readonly EventContract[]): Promise<string[]>;
  /** The paths of the contract's fields that the template of new indices lacks; undefined where there is no template. */
  missingFields(contract: EventContract): Promise<string[] | undefined>;
  close(): Promise<void>;
}

const requestTimeout = 10_000;

/** @param signal abandons requests under way */
export function clusterFacts(config: ElasticsearchConfig, signal: AbortSignal): ClusterFacts {
  const client = elasticsearchClient(config, { requestTimeout });
  const answered = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof errors.ResponseError) throw new FatalError(`Elasticsearch refuses: ${refusalText(error)}`);
      throw new FatalError(describeError(clusterProblem(error)));
    }
  };
  return {
    url: config.ELASTICSEARCH_URL[0] ?? '',
    version: async () => (await answered(client.info({}, { signal }))).version.number,
    health: async () => asHealth((await answered(client.cluster.health({}, { signal }))).status),
    async nodes() {
      const { nodes } = await answered(client.nodes.stats({ metric: ['fs', 'os'] }, { signal }));
      const all = Object.values(nodes);
      return {
        clockMs: all[0]?.timestamp,
        disks: all.flatMap(({ name = '', fs }) => {
          const { total_in_bytes: total = 0, available_in_bytes: available = 0 } = fs?.total ?? {};
          return total > 0 ? [{ node: name, usedPercent: (100 * (total - available)) / total }] : [];
        }),
      };
    },
    async blockedIndices(contracts) {
      const index = contracts.map((contract) => `${contract.topic}-*`);
      const found = await answered(
        client.indices.getSettings({ index, name: 'index.blocks.*', flat_settings: true }, { signal }),
      );
      return Object.entries(found).flatMap(([name, { settings = {} }]) =>
        Object.entries(settings).some(([key, value]) => key.startsWith('index.blocks.') && String(value) === 'true')
          ? [name]
          : [],
      );
    },
    async missingFields(contract) {
      try {
        const { index_templates: found } = await client.indices.getIndexTemplate(
          { name: templateName(contract) },
          { signal },
        );
        const own = found[0]?.index_template.template?.mappings?.properties;
        if (own === undefined) return undefined;
        const wanted = indexTemplate(contract, { shards: 1, replicas: 0, refreshIntervalMs: 1_000 });
        return lacking(own, wanted.template.mappings.properties, '');
      } catch (error) {
        if (error instanceof errors.ResponseError && error.statusCode === 404) return undefined;
        return answered(Promise.reject(error instanceof Error ? error : new Error(String(error))));
      }
    },
    close: () => client.close(),
  };
}

const asHealth = (status: string): 'green' | 'yellow' | 'red' => {
  const lower = status.toLowerCase();
  return lower === 'green' || lower === 'yellow' ? lower : 'red';
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The paths of the properties that a mapping lacks, or has with another type. */
function lacking(own: unknown, wanted: unknown, path: string): string[] {
  if (!isObject(wanted)) return [];
  return Object.entries(wanted).flatMap(([name, mapping]) => {
    const found = isObject(own) && Object.hasOwn(own, name) ? own[name] : undefined;
    const at = `${path}${name}`;
    if (!isObject(mapping)) return [];
    if (!isObject(found) || (found['type'] ?? 'object') !== (mapping['type'] ?? 'object')) return [at];
    return lacking(found['properties'], mapping['properties'], `${at}.`);
  });
}
