// host-metrics: this machine's CPU, memory, disks and network, every second, to the Kafka topic `host-metrics`.
// It measures the machine it runs on, and nothing else.
import { sourceParts } from '@sluice/source';
import { runApp } from '@sluice/telemetry';
import { hostMetricsRules, hostMetricsSettings } from './config.ts';
import { runHostMetrics } from './host-metrics.ts';

void runApp(
  {
    name: 'host-metrics',
    description: "publishes this machine's metrics to Kafka, every second",
    settings: hostMetricsSettings,
    rules: hostMetricsRules,
    parts: sourceParts,
    run: runHostMetrics,
  },
  process.env,
);
