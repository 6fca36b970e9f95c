import type { logCreator } from 'kafkajs';
import type { Logger } from '@sluice/telemetry';

/**
 * kafkajs's log as debug lines: what matters reaches the caller as an error or an event, and is logged once, there. kafkajs itself would
 * write an error for every try against a broker that is down.
 */
export const kafkaLog =
  (logger: Logger): logCreator =>
  () =>
  ({ namespace, log }) => {
    const { message, timestamp: _timestamp, logger: _name, ...rest } = log;
    logger.debug({ kafkajs: namespace, ...rest }, message);
  };
