// One run of the sink `gcs` over all tweets, into the object store. Arguments: the format (json, avro), the number of records.
import { loadConfig } from '@sluice/config';
import { gcsSink, gcsSinkSettings } from '@sluice/connector-google';
import { aroundCollector, collectingSinkSettings, runCollectingSink, type CollectingSink } from '@sluice/sink';
import { createHealth, createLogger, createMetrics } from '@sluice/telemetry';
import { benchTweets } from '../bench-tweet.ts';
import { meter, report } from '../measure.ts';

const [format = 'json', total = '0'] = process.argv.slice(2);
const logger = createLogger({ app: 'bench', level: 'warn', format: 'json', to: 'stderr' });
const config = loadConfig(
  'gcs',
  { ...gcsSinkSettings, ...collectingSinkSettings },
  { ...process.env, GCS_FORMAT: format },
);
const contracts = [benchTweets];
const sink = gcsSink(config, contracts, { logger, health: createHealth([]) });
const measured = meter(Number(total));
const metered: CollectingSink = {
  ...sink,
  collect(unit) {
    const collector = sink.collect(unit);
    let records = 0;
    return aroundCollector(collector, {
      add(record) {
        measured.begin();
        const taken = collector.add(record);
        if (taken) records++;
        return taken;
      },
      async deliver(context) {
        const outcome = await collector.deliver(context);
        const result = 'deliveredThrough' in outcome ? measured.count(records) : undefined;
        if (result !== undefined) report(result);
        return outcome;
      },
    });
  },
};
const { signal } = new AbortController();
const context = { app: 'bench', logger, metrics: createMetrics('bench'), health: createHealth([]), signal };
await runCollectingSink({ sink: metered, contracts, config, context });
