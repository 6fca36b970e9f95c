import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { contracts } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { inMemoryRegistry } from '@sluice/sink/testing';
import { expect, it, onTestFinished } from 'vitest';
import { eventOfJson } from './event-of-json.ts';

const folder = join(import.meta.dirname, '../../../../libs/contracts/examples');
const files = globSync('*.jsonl', { cwd: folder });

it.each(files)('every line of the example %s is an event of its topic', async (file) => {
  const contract = contracts.find(({ topic }) => topic === basename(file, '.jsonl'));
  if (contract === undefined) throw new Error(`${file} is named for no topic`);
  const registry = await inMemoryRegistry();
  onTestFinished(() => registry.close());
  const encoder = await createCodec({ url: registry.url }).encoder(contract);
  const lines = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(encoder.encode(eventOfJson(contract, JSON.parse(line))).length).toBeGreaterThan(5);
});
