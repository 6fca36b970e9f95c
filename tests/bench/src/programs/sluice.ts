// One run of Sluice's sink runtime over all tweets: `null` transcodes each record and drops it,
// `elasticsearch` is the real sink, `latency` the real sink timing each record from its event to Elasticsearch's acknowledgement.
import { loadConfig } from '@sluice/config';
import { elasticsearchSink, elasticsearchSinkSettings } from '@sluice/connector-elasticsearch';
import { ByteWriter } from '@sluice/avro';
import { delivered, runSink, sinkSettings, type Sink, type SinkConfig } from '@sluice/sink';
import { createHealth, createLogger, createMetrics } from '@sluice/telemetry';
import { benchTweets, latencyTweets } from '../bench-tweet.ts';
import { meter, report } from '../measure.ts';

const [destination = 'null', total = '0'] = process.argv.slice(2);
const logger = createLogger({ app: 'bench', level: 'warn', format: 'json', to: 'stderr' });

/** The sink is measured in this process, so that its records can be timed; everything else uses the app as the program that it is. */
function measuredSink(): { sink: Sink; config: SinkConfig } {
  const config = loadConfig('elasticsearch', { ...elasticsearchSinkSettings, ...sinkSettings }, process.env);
  return { sink: elasticsearchSink(config, [benchTweets, latencyTweets], logger), config };
}

function nullSink(): { sink: Sink; config: SinkConfig } {
  const out = new ByteWriter(4 * 1024 * 1024);
  const sink: Sink = {
    async open() {},
    async write({ records }) {
      out.length = 0;
      for (const record of records) record.writeJson(out);
      return { verdicts: records.map(() => delivered) };
    },
    async close() {},
  };
  return { sink, config: loadConfig('bench', sinkSettings, process.env) };
}

const { sink, config } = destination === 'null' ? nullSink() : measuredSink();
const contract = destination === 'latency' ? latencyTweets : benchTweets;
const measured = meter(Number(total));
const latencies: number[] = [];
const metered: Sink = {
  ...sink,
  async write(batch, context) {
    measured.begin();
    const written = await sink.write(batch, context);
    if (destination === 'latency')
      latencies.push(...batch.records.map(({ timestamp }) => Date.now() - timestamp.getTime()));
    const result = measured.count(written.verdicts.filter(({ status }) => status === 'delivered').length);
    if (result !== undefined) report(destination === 'latency' ? percentiles(latencies) : result);
    return written;
  },
};
const { signal } = new AbortController();
const context = { app: 'bench', logger, metrics: createMetrics('bench'), health: createHealth([]), signal };
await runSink({ sink: metered, contracts: [contract], config, context });

/** The first fifth is left out: connections and code are still cold then. */
function percentiles(values: readonly number[]): { p50: number; p99: number } {
  const warm = values.slice(Math.floor(values.length / 5)).sort((a, b) => a - b);
  const at = (share: number) => warm[Math.floor(warm.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
