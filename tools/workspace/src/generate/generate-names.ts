import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { contracts, indexName, objectName, tableName, topicName } from '@sluice/contracts';
import { betweenMarkers } from './between-markers.ts';

/** The README's table of the names of each event's topic, index, object and table, from the functions that make them. */
export async function generateNames(): Promise<{ path: string; text: string }> {
  const first = { offset: 1234n, timeMs: Date.UTC(2026, 10, 21, 9) };
  const rows = contracts.map((contract) => {
    const cells = [
      contract.name.slice(contract.name.lastIndexOf('.') + 1),
      topicName(contract),
      indexName(contract)(first.timeMs),
      objectName(contract, 0, first, 'json.gz'),
      tableName(contract, 'sluice'),
    ];
    return `| ${cells.map((cell, index) => (index === 0 ? cell : `\`${cell}\``)).join(' | ')} |`;
  });
  const table = ['| event | topic | index | object | table |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
  const path = 'README.md';
  const text = betweenMarkers(readFileSync(path, 'utf8'), 'events', table, path);
  return { path, text: await format(text, { parser: 'markdown', singleQuote: true, printWidth: 120 }) };
}
