import { eventContract, type ContractField } from '@sluice/contracts';
import { indexTemplate } from '@sluice/index-templates';
import { launchStack } from '@sluice/testkit';
import { benchTweets } from './bench-tweet.ts';
import { randomTweets } from './random-tweet.ts';

/** What one mapping costs Elasticsearch. */
interface MappingCost {
  readonly mapping: string;
  /** CPU of the server for one document, with refreshes and merges, in microseconds: the median of the rounds. */
  readonly cpuMicros: number;
  /** Disk for one document once all is one segment. */
  readonly bytes: number;
}

const documentsPerRequest = 2_000;
const settings = { shards: 1, replicas: 0, refreshIntervalMs: 1_000 };

/** The mapping of the benchmark's tweets, with some ways to search their text. */
function derived(copies: readonly ('english' | 'exact')[]): object {
  const fields = benchTweets.schema.fields.map((field): ContractField =>
    field.name === 'text' ? { ...field, sluice: { search: 'text', copies } } : field,
  );
  const contract = eventContract({ ...benchTweets.schema, fields });
  const { template } = indexTemplate(contract, settings);
  return { settings: template.settings, mappings: template.mappings };
}

/** The first one is derived without annotations. */
const mappings: readonly (readonly [name: string, index: object])[] = [
  ['one analyser', derived([])],
  ['with stems', derived(['english'])],
  ['with stems and as a whole', derived(['english', 'exact'])],
  ['nothing indexed', { settings: { 'index.number_of_replicas': 0 }, mappings: { dynamic: false } }],
  ['dynamic mapping', { settings: { 'index.number_of_replicas': 0 } }],
];

/** Indexes the same tweets under several mappings, in turn, and measures what the server takes for them. */
export async function measureMappings(options: {
  documents: number;
  rounds: number;
  signal: AbortSignal;
  say: (line: string) => void;
}): Promise<MappingCost[]> {
  const { documents, rounds, signal, say } = options;
  const stack = await launchStack({ name: `bench-${process.pid}`, only: ['elasticsearch'] });
  try {
    const call = caller(stack.environment['ELASTICSEARCH_URL'] ?? '', signal);
    say('warming the server up');
    for (const [name] of mappings) await cost(call, name, documents);
    const found = new Map<string, { cpu: number[]; bytes: number }>();
    for (let round = 1; round <= rounds; round++) {
      say(`round ${round} of ${rounds}`);
      // Each is the first in turn.
      const order = mappings.map((_, at) => mappings[(at + round) % mappings.length]?.[0] ?? '');
      for (const name of order) {
        const { cpuMicros, bytes } = await cost(call, name, documents);
        found.set(name, { cpu: [...(found.get(name)?.cpu ?? []), cpuMicros], bytes });
      }
    }
    return mappings.map(([mapping]) => {
      const { cpu = [], bytes = 0 } = found.get(mapping) ?? {};
      return { mapping, cpuMicros: cpu.toSorted((a, b) => a - b)[cpu.length >> 1] ?? 0, bytes };
    });
  } finally {
    await stack.stop();
  }
}

type Call = <T>(method: string, path: string, body?: object | string) => Promise<T>;

const caller =
  (url: string, signal: AbortSignal): Call =>
  async <T>(method: string, path: string, body?: object | string) => {
    const isText = typeof body === 'string';
    const response = await fetch(url + path, {
      ...{ method, signal },
      headers: { 'content-type': isText ? 'application/x-ndjson' : 'application/json' },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answers ${response.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  };

async function cost(call: Call, name: string, documents: number): Promise<Omit<MappingCost, 'mapping'>> {
  const index = 'mapping-cost';
  const body = mappings.find(([one]) => one === name)?.[1] ?? {};
  await call('PUT', `/${index}`, body);
  try {
    const before = await serverCpuMs(call);
    const tweet = randomTweets(7);
    for (let from = 0; from < documents; from += documentsPerRequest) {
      const count = Math.min(documentsPerRequest, documents - from);
      const lines = Array.from({ length: count }, (_, at) => {
        const one = tweet(from + at, new Date(1_767_225_600_000 + from + at));
        return `{"create":{"_id":"${one.id}"}}\n${JSON.stringify(one)}\n`;
      });
      const { errors } = await call<{ errors: boolean }>('POST', `/${index}/_bulk?filter_path=errors`, lines.join(''));
      if (errors) throw new Error(`Elasticsearch refuses documents under the mapping ${name}`);
    }
    await call('POST', `/${index}/_refresh`);
    const after = await serverCpuMs(call);
    await call('POST', `/${index}/_forcemerge?max_num_segments=1`);
    await call('POST', `/${index}/_flush?force=true`);
    const stats = await call<{ _all: { primaries: { store: { size_in_bytes: number } } } }>(
      'GET',
      `/${index}/_stats/store`,
    );
    return {
      cpuMicros: (1_000 * (after - before)) / documents,
      bytes: stats._all.primaries.store.size_in_bytes / documents,
    };
  } finally {
    await call('DELETE', `/${index}`);
  }
}

async function serverCpuMs(call: Call): Promise<number> {
  const { nodes } = await call<{ nodes: Record<string, { process: { cpu: { total_in_millis: number } } }> }>(
    'GET',
    '/_nodes/stats/process',
  );
  return Object.values(nodes).reduce((sum, { process: { cpu } }) => sum + cpu.total_in_millis, 0);
}

/** A table of what each mapping costs, and of its ratio to the first. */
export function mappingsTable(costs: readonly MappingCost[]): string {
  const [first] = costs;
  const rows = costs.map(({ mapping, cpuMicros, bytes }) => [
    mapping,
    cpuMicros.toFixed(1),
    (cpuMicros / (first?.cpuMicros ?? 1)).toFixed(2),
    bytes.toFixed(0),
    (bytes / (first?.bytes ?? 1)).toFixed(2),
  ]);
  const lines = [['mapping', 'CPU, µs a document', 'ratio', 'disk, bytes a document', 'ratio'], ...rows];
  const widths = lines[0]?.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0))) ?? [];
  return lines.map((line) => line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')).join('\n');
}
