import { settings } from '@sluice/config';

/** Every app's log and its `/live`, `/ready`, `/metrics`. */
export const telemetrySettings = {
  LOG_LEVEL: settings.choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal'], {
    description: 'The least severe log lines to write',
    default: 'info',
  }),
  LOG_FORMAT: settings.choice(['auto', 'json', 'pretty'], {
    description: 'Log lines as JSON, as aligned text, or text on a terminal and JSON elsewhere',
    default: 'auto',
  }),
  TELEMETRY_HOST: settings.text({
    description: 'The address where /live, /ready and /metrics are served',
    default: '127.0.0.1',
  }),
  TELEMETRY_PORT: settings.integer({
    description: 'The port of /live, /ready and /metrics; 0 takes a free one and logs it',
    default: '0',
    max: 65_535,
  }),
  TELEMETRY_TAP: settings.flag({
    description: 'Whether /tap shows single records with their contents, for `sluice tap`',
    default: 'false',
  }),
};
