import { expect, it } from 'vitest';
import { parseSamples } from './prometheus-text.ts';

it('reads the wanted samples with their labels, whatever those contain', () => {
  const text = [
    '# HELP sink_records_total Records',
    '# TYPE sink_records_total counter',
    String.raw`sink_records_total{topic="tweets",verdict="delivered",note="a \"b\", {c} \\ d\ne"} 12 1700000000000`,
    'sink_partitions 3',
    'process_cpu_seconds_total 5',
    'sink_age NaN',
    '',
  ].join('\n');
  expect(parseSamples(text, new Set(['sink_records_total', 'sink_partitions', 'sink_age']))).toEqual([
    {
      name: 'sink_records_total',
      labels: { topic: 'tweets', verdict: 'delivered', note: 'a "b", {c} \\ d\ne' },
      value: 12,
    },
    { name: 'sink_partitions', labels: {}, value: 3 },
    { name: 'sink_age', labels: {}, value: NaN },
  ]);
});
