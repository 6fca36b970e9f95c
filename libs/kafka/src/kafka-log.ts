import type { logCreator } from 'kafkajs';
import type { Logger } from '@sluice/telemetry';

/**
 * kafkajs's log as debug lines: what matters reaches the caller as an error or an event, and is logged once, there. On its own it
 * would write an error for every try against a broker that is down.
 */
export const kafkaLog =
  (logger: Logger): logCreator =>
  () =>
  ({ namespace, log }) => {
    const { message, timestamp: _timestamp, logger: _name, ...rest } = log;
    logger.debug({ kafkajs: namespace, ...rest }, message);
  };

/**
 * kafkajs 2.2.4 schedules its request timeouts with negative delays, about which Node warns on the console once per process
 * (https://github.com/tulios/kafkajs/issues/1751). The delays are harmless: Node takes 1 ms. Only this warning is held back.
 */
export function silenceNegativeTimeouts(): void {
  const { emitWarning } = process;
  if (emitWarning.name === 'withoutNegativeTimeouts') return;
  process.emitWarning = function withoutNegativeTimeouts(warning: string | Error, ...rest: unknown[]) {
    if (rest[0] === 'TimeoutNegativeWarning') return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  } as typeof process.emitWarning;
}
