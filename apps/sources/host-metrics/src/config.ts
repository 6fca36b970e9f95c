import { settings, type Config } from '@sluice/config';
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { sourceSettings } from '@sluice/source';
import { GROUPS } from './groups/groups.ts';

export const hostMetricsSettings = {
  HOST_METRICS_HOST: settings.optional(
    settings.text({ description: "The host's name in its events; the system's own unless set", example: 'web-1' }),
  ),
  HOST_METRICS_INTERVAL_MS: settings.integer({
    description: 'Time between two events, in whole seconds: an event is known by its host and second',
    default: '1000',
    min: 1000,
    max: 3_600_000,
    multipleOf: 1000,
  }),
  HOST_METRICS_GROUPS: settings.choices(GROUPS, {
    description: 'Groups of measurements to take',
    default: GROUPS.join(','),
  }),
  ...sourceSettings,
};

export type HostMetricsConfig = Config<typeof hostMetricsSettings>;

export const hostMetricsRules = [...kafkaRules, ...schemaRegistryRules];
