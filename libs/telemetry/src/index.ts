export { createLogger, type Logger, type LogFormat, type LogLevel } from './logger.ts';
export { createHealth, type Health } from './health.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { runApp, type App, type AppContext } from './run-app.ts';
export { telemetrySettings } from './telemetry-settings.ts';
export { CannotGoOn } from './cannot-go-on.ts';
export { describeError } from './describe-error.ts';
export { backoffMs, patiently, pause, type PatientOptions } from './patiently.ts';
export { atMost, stillWaiting, type Waiting } from './still-waiting.ts';
