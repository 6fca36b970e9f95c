import { capturedLog } from '@sluice/kafka/testing';
import { coded, createMetrics } from '@sluice/telemetry';
import { expect, it } from 'vitest';
import { sinkMetrics } from '../sink-metrics.ts';
import { rescuedValues } from './rescued-values.ts';

it('counts rescued values by field, names each field once, and makes no more than a hundred series', async () => {
  const { logger, lines } = capturedLog();
  const metrics = createMetrics('test');
  const onRescued = rescuedValues('orders', { logger, metrics: sinkMetrics(metrics) });
  onRescued(['total', 'place.name']);
  onRescued(['total']);
  onRescued(['a field "of" a record']);
  for (let n = 0; n < 200; n++) onRescued([`f${n}`]);
  const series = (await metrics.expose()).text.split('\n').filter((line) => line.startsWith('sink_rescued'));
  expect(series.find((line) => line.includes('"total"'))).toMatch(/ 2$/);
  expect(series.length).toBeLessThanOrEqual(101);
  expect(series.join()).not.toContain('of" a record');
  const sum = series.reduce((all, line) => all + Number(line.split(' ').at(-1)), 0);
  expect(sum).toBe(204);
  const first = lines.filter(({ fields }) => fields['field'] === 'total');
  expect(first).toEqual([
    expect.objectContaining({ level: 'warn', fields: { field: 'total', ...coded('value-rescued') } }),
  ]);
});
