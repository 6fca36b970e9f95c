import { Readable } from 'node:stream';
import { FileGone, type FileStore, type FoundFile } from '@sluice/objects';
import { jsonOf } from '../client/error-answer.ts';
import type { ServiceOptions } from '../client/google-service.ts';
import type { GcsAccessConfig } from './settings.ts';
import { listedPages, type ObjectResource } from './listed-pages.ts';
import { storageProblem } from './storage-problem.ts';
import { objectPath, readScopes, storageService } from './storage-service.ts';

/** The objects of a bucket of Cloud Storage, as files that a source reads. Their versions are their generations. */
export function gcsFiles(
  config: GcsAccessConfig,
  { bucket, ...options }: Pick<ServiceOptions, 'timeoutMs' | 'timeoutSetting' | 'context'> & { bucket: string },
): FileStore {
  const storage = storageService(config, { scopes: readScopes, ...options });
  const url = `gs://${bucket}`;
  return {
    url,
    async *list(prefix, signal) {
      for await (const page of listedPages(storage, { bucket, prefix, signal }))
        for (const resource of page) yield foundFile(resource);
    },
    async find(name, signal) {
      const answer = await storage.send({ path: objectPath(bucket, name) }, signal);
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw storageProblem(answer, bucket);
      return foundFile(jsonOf(answer.body) as ObjectResource);
    },
    async open({ name, generation }, signal) {
      const query = { alt: 'media', generation };
      const response = await storage.open({ path: objectPath(bucket, name), query }, signal);
      if (response.status === 404) throw new FileGone(`${url}/${name} was deleted, or replaced`);
      if (!response.ok)
        throw storageProblem({ status: response.status, body: Buffer.from(await response.arrayBuffer()) }, bucket);
      return response.body ?? Readable.from([]);
    },
    close: () => {},
  };
}

const foundFile = ({ name, generation, size, timeCreated, contentEncoding }: ObjectResource): FoundFile => ({
  name,
  generation: generation ?? '',
  // What is said to be compressed comes unpacked.
  bytes: contentEncoding === undefined || contentEncoding === '' ? Number(size ?? 0) : undefined,
  createdMs: Date.parse(timeCreated ?? ''),
});
