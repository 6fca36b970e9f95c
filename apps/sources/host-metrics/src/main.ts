// host-metrics: this machine's CPU, memory, disks and network, every second, to the Kafka topic `host-metrics`.
// It measures the machine it runs on, and nothing else.
import { hostname } from 'node:os';
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { hostMetrics as contract } from '@sluice/contracts';
import { runSource, sourceParts } from '@sluice/source';
import { describeError, runApp } from '@sluice/telemetry';
import { hostMetricsSettings } from './config.ts';
import { hostMetrics } from './host-metrics.ts';

void runApp(
  {
    name: 'host-metrics',
    description: "publishes this machine's metrics to Kafka, every second",
    settings: hostMetricsSettings,
    rules: [...kafkaRules, ...schemaRegistryRules],
    parts: sourceParts,
    run(config, context) {
      const { logger, metrics } = context;
      const missed = metrics.counter({
        name: 'host_metrics_missed_ticks_total',
        help: 'Seconds for which no event was made',
      });
      const source = hostMetrics({
        host: config.HOST_METRICS_HOST ?? hostname(),
        intervalMs: config.HOST_METRICS_INTERVAL_MS,
        groups: config.HOST_METRICS_GROUPS,
        onMissedTicks(count) {
          missed.inc(count);
          logger.warn({ missed: count }, 'events were left out: the process could not keep up, or slept');
        },
        onGroupFailure: (group, error) =>
          logger.warn({ group, reason: describeError(error) }, 'a group cannot be measured; it is null'),
      });
      return runSource({ source, contract, config, context, cursors: false });
    },
  },
  process.env,
);
