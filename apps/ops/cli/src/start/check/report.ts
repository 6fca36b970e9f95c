import { styleText } from 'node:util';
import type { TopicAudit } from '@sluice/audit';
import type { CheckResult } from './check.ts';

/** Prints what `--check` found. */
export function report(result: CheckResult & { notRun: readonly string[] }, json: boolean): void {
  if (json) return void process.stdout.write(`${JSON.stringify(result)}\n`);
  const lines = [...Map.groupBy(result.audits, ({ topic }) => topic)].flatMap(([topic, audits]) => [
    '',
    ...countLines(audits).map(([what, count]) => `  ${what.padEnd(30)} ${topic}  ${count}`),
  ]);
  const verdict =
    result.missing.length === 0
      ? styleText(
          'green',
          `All counts are equal. A search returned ${result.found} events of this machine from after the start.`,
          { stream: process.stdout },
        )
      : styleText('red', result.missing.join('\n'), { stream: process.stdout });
  process.stdout.write(`${[...lines, '', ...result.notRun.map((line) => `${line}.`), verdict].join('\n')}\n`);
}

/** The counts of one topic, Kafka's first. */
function countLines(audits: readonly TopicAudit[]): [what: string, count: string][] {
  const [{ totals: { records, events } } = { totals: { records: 0, events: 0 } }] = audits;
  const deadLetters = audits.map(({ destination, totals }) => `${totals.deadLetters} by ${destination}`);
  return [
    ['records in the topic', `${records}${records === events ? '' : ` (${events} events)`}`],
    ...audits.map(({ destination, totals, objects, contents }): [string, string] => {
      if (objects !== undefined) return ['lines in the objects', `${totals.documents} (${objects.count} objects)`];
      if (contents !== undefined) return ['rows in the table', String(totals.documents)];
      const place = destination === 'elasticsearch' ? 'the index' : destination;
      return [`documents in ${place}`, String(totals.documents)];
    }),
    ['dead letters', deadLetters.join(', ')],
  ];
}
