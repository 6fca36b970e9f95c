import { settings, type Config, type Rule } from '@sluice/config';
import { elasticsearchRules, elasticsearchSettings } from '@sluice/connector-elasticsearch';
import { bigqueryRules, bigquerySettings, bigquerySinkSettings, gcsRules, gcsSettings } from '@sluice/connector-google';
import { kafkaRules, kafkaSettings, schemaRegistryRules, schemaRegistrySettings } from '@sluice/kafka';

const ownSettings = {
  AUDITS_FILE: settings.text({
    description: 'Where `sluice audit` keeps the results of past audits',
    default: '.sluice/audits.jsonl',
  }),
  AUDIT_INTERVAL_MS: settings.optional(
    settings.integer({
      description: 'How often to audit all topics at all destinations; never unless set. Needs DASHBOARD_COMMAND',
      min: 60_000,
      max: 31 * 24 * 3_600_000,
      example: '3600000',
    }),
  ),
  DASHBOARD_HOST: settings.text({
    description: 'The address where the page is served; beyond this machine only with DASHBOARD_TOKEN',
    default: '127.0.0.1',
  }),
  DASHBOARD_PORT: settings.integer({
    description: 'The port of the page; 0 takes a free one and logs it',
    default: '4600',
    max: 65_535,
  }),
  DASHBOARD_NAMES: settings.optional(
    settings.texts({
      description: 'Further names under which browsers reach the page, apart from those of this machine',
      example: 'sluice.example.com',
    }),
  ),
  DASHBOARD_TOKEN: settings.optional(
    settings.text({ description: 'What a browser must show once, as /?token=…; at least 16 characters', secret: true }),
  ),
  DASHBOARD_WRITE: settings.flag({
    description: 'Whether the page may start an audit and replay dead letters',
    default: 'false',
  }),
  DASHBOARD_APPS: settings.optional(
    settings.httpUrls({
      description: 'Where the apps serve /metrics and /ready, separated by commas',
      example: 'http://elasticsearch:9464',
    }),
  ),
  DASHBOARD_APPS_FILE: settings.optional(
    settings.text({
      description: "The same as a file in the form of Prometheus' file_sd_config, read again when it changes",
      example: '/etc/prometheus/sluice.json',
    }),
  ),
  DASHBOARD_COMMAND: settings.optional(
    settings.text({
      description: 'The program `sluice`, which audits and replays; without it the page shows its commands',
      example: '/usr/local/bin/sluice',
    }),
  ),
};

export const dashboardSettings = {
  ...ownSettings,
  ...kafkaSettings,
  ...schemaRegistrySettings,
  ...elasticsearchSettings,
  ...gcsSettings,
  ...bigquerySettings,
  BIGQUERY_LOADS_PER_DAY: bigquerySinkSettings.BIGQUERY_LOADS_PER_DAY,
};

export type DashboardConfig = Config<typeof dashboardSettings>;

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/** Whether only this machine can reach what listens there. */
export const isLoopback = (host: string): boolean => loopback.has(host);

export const dashboardRules: readonly Rule<typeof dashboardSettings>[] = [
  ...kafkaRules,
  ...schemaRegistryRules,
  ...elasticsearchRules,
  ...gcsRules,
  ...bigqueryRules,
  ({ DASHBOARD_HOST: host, DASHBOARD_TOKEN: token }) =>
    isLoopback(host) || token !== undefined
      ? undefined
      : 'DASHBOARD_HOST lets other machines in: set DASHBOARD_TOKEN as well, or leave it at 127.0.0.1',
  ({ AUDIT_INTERVAL_MS: interval, DASHBOARD_COMMAND: command }) =>
    interval === undefined || command !== undefined
      ? undefined
      : 'AUDIT_INTERVAL_MS has audits started, by the program `sluice`: set DASHBOARD_COMMAND as well',
  ({ DASHBOARD_TOKEN: token }) =>
    token === undefined || token.length >= 16
      ? undefined
      : 'DASHBOARD_TOKEN must have at least 16 characters, such as those of `openssl rand -hex 16`',
];
