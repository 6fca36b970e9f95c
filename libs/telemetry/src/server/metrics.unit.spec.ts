import { describe, expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

const linesOf = async (metrics: ReturnType<typeof createMetrics>) => (await metrics.expose()).text.split('\n');

describe('metrics', () => {
  it('are exposed in the text form of Prometheus, labelled with the app', async () => {
    const metrics = createMetrics('tiny');
    metrics.counter({ name: 'sink_records_total', help: 'Records', labelNames: ['topic'] }).inc({ topic: 'tweets' }, 3);
    metrics.gauge({ name: 'sink_lag_records', help: 'Lag' }).set(7);
    metrics.histogram({ name: 'sink_write_seconds', help: 'Writes', buckets: [1, 2] }).observe(1.5);
    const { contentType, text } = await metrics.expose();
    expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const line of [
      '# HELP sink_records_total Records',
      '# TYPE sink_records_total counter',
      'sink_records_total{topic="tweets",app="tiny"} 3',
      '# TYPE sink_lag_records gauge',
      'sink_lag_records{app="tiny"} 7',
      'sink_write_seconds_bucket{le="1",app="tiny"} 0',
      'sink_write_seconds_bucket{le="2",app="tiny"} 1',
      'sink_write_seconds_sum{app="tiny"} 1.5',
    ])
      expect(text.split('\n')).toContain(line);
  });

  it('ask a gauge for its value when they are exposed', async () => {
    const metrics = createMetrics('tiny');
    let waiting = 1;
    metrics.gauge({ name: 'queue_records', help: 'Waiting', collect: (gauge) => gauge.set(waiting) });
    expect(await linesOf(metrics)).toContain('queue_records{app="tiny"} 1');
    waiting = 5;
    expect(await linesOf(metrics)).toContain('queue_records{app="tiny"} 5');
  });

  it('of two apps in one process are apart', async () => {
    const [one, other] = [createMetrics('one'), createMetrics('other')];
    one.counter({ name: 'same_total', help: 'Same' }).inc();
    other.counter({ name: 'same_total', help: 'Same' }).inc(2);
    expect(await linesOf(one)).toContain('same_total{app="one"} 1');
    expect(await linesOf(other)).toContain('same_total{app="other"} 2');
  });

  it('hold those of the process', async () => {
    expect((await createMetrics('tiny').expose()).text).toMatch(/^process_resident_memory_bytes\{app="tiny"\} \d+/m);
  });
});
