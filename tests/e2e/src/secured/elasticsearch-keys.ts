import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contracts, topicName } from '@sluice/contracts';
import { root } from '../harness/run-command.ts';
import type { SecuredServers } from './secured-servers.ts';

/** What an API key may do, as Elasticsearch's roles say it. */
export interface Role {
  cluster: string[];
  indices: { names: string[]; privileges: string[] }[];
}

const topics = contracts.map(topicName);
const names = topics.flatMap((topic) => [topic, `${topic}-*`]);

/** The role that the README of the sink gives, for all topics. */
export async function sinkRole(): Promise<Role> {
  const readme = await readFile(join(root, 'apps/sinks/elasticsearch/README.md'), 'utf8');
  const json = /```json\n(\{\s*"cluster".*?)```/s.exec(readme)?.[1];
  if (json === undefined) throw new Error('the README of sinks/elasticsearch has no role');
  const { cluster, indices } = JSON.parse(json) as Role;
  return { cluster, indices: indices.map(({ privileges }) => ({ names, privileges })) };
}

/** What `sluice audit` needs, as its README says. */
export const auditRole: Role = {
  cluster: [],
  indices: [{ names, privileges: ['read', 'maintenance', 'view_index_metadata'] }],
};

/** Elasticsearch, by its user who may do all. */
export function elasticsearchAdmin({ stack, elasticsearchPassword }: SecuredServers) {
  const request = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${stack.environment['ELASTICSEARCH_URL']}${path}`, {
      method,
      headers: { authorization: `Basic ${btoa(`admin:${elasticsearchPassword}`)}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`Elasticsearch refuses ${method} ${path}: ${await response.text()}`);
    return response.json();
  };
  return {
    /** Makes an API key that may do what a role allows. @returns it in its encoded form */
    async apiKey(name: string, role: Role): Promise<string> {
      const made = await request('POST', '/_security/api_key', { name, role_descriptors: { role } });
      return (made as { encoded: string }).encoded;
    },
    /** Deletes the indices of all topics. */
    async deleteIndices(): Promise<void> {
      const found = (await request('GET', '/_cat/indices?format=json')) as { index: string }[];
      const ours = found.map(({ index }) => index).filter((index) => topics.some((one) => index.startsWith(`${one}-`)));
      for (const index of ours) await request('DELETE', `/${index}`);
    },
  };
}

/** The privilege that matters only where an index is absent. */
export const indexCreation = 'auto_configure';

/** The role without one of its privileges, for each of them; the one for absent indices comes last. */
export function withoutEachPrivilege({ cluster, indices }: Role): { missing: string; role: Role }[] {
  const less = (from: readonly string[], one: string): string[] => from.filter((other) => other !== one);
  const ofIndices = indices[0]?.privileges ?? [];
  return [
    ...cluster.map((missing) => ({ missing, role: { cluster: less(cluster, missing), indices } })),
    ...[...less(ofIndices, indexCreation), indexCreation].map((missing) => ({
      missing,
      role: { cluster, indices: indices.map((one) => ({ ...one, privileges: less(one.privileges, missing) })) },
    })),
  ];
}
