import { contracts } from '@sluice/schemas';
import { deliveryWitness, isComplete, type DeliveryCounts } from './delivery-counts.ts';
import { tableLines } from './table-lines.ts';

/**
 * Prints, for each topic, how much of it is where.
 *
 * @returns the exit code: 0 when nothing is lost, duplicate or unknown
 */
export async function counts(options: { json: boolean; environment: NodeJS.ProcessEnv }): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const witness = await deliveryWitness(options.environment, stop.signal);
  const all: DeliveryCounts[] = [];
  try {
    for (const contract of contracts) all.push(await witness.counts(contract));
  } finally {
    await witness.close();
  }
  if (options.json) process.stdout.write(`${JSON.stringify(all)}\n`);
  else {
    const header = ['topic', 'records', 'events', 'documents', 'dead letters', 'lost', 'duplicates', 'unknown'];
    const rows = all.map((one) => [
      one.topic,
      ...[one.records, one.events, one.documents, one.deadLetters, one.lost, one.duplicates, one.unknown].map((count) =>
        count.toLocaleString('en-US'),
      ),
    ]);
    process.stdout.write(`${tableLines(header, rows, process.stdout).join('\n')}\n`);
  }
  return all.every(isComplete) ? 0 : 1;
}
