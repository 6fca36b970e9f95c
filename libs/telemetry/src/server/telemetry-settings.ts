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
  OTEL_TRACES_EXPORTER: settings.choice(['none', 'otlp'], {
    description: "Whether to send a span of each batch to OpenTelemetry's collector, and to write trace headers",
    default: 'none',
  }),
  OTEL_EXPORTER_OTLP_PROTOCOL: settings.choice(['http/json'], {
    description:
      'How spans are sent: by OTLP over HTTP, as JSON; every collector takes it on the port of http/protobuf',
    default: 'http/json',
  }),
  OTEL_SDK_DISABLED: settings.flag({ description: 'Whether to send no spans all the same', default: 'false' }),
  TELEMETRY_TAP: settings.flag({
    description: 'Whether /tap shows single records with their contents, for `sluice tap`',
    default: 'false',
  }),
};
