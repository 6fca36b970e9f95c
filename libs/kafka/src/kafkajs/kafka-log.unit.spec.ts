import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { capturedLog } from '../testing/captured-log.ts';
import { kafkaLog } from './kafka-log.ts';

describe("kafkajs's log", () => {
  it('becomes debug lines, errors too', () => {
    const { logger, lines } = capturedLog();
    kafkaLog(logger)(kafkajs.logLevel.DEBUG)({
      namespace: 'Connection',
      level: kafkajs.logLevel.ERROR,
      label: 'ERROR',
      log: { timestamp: 'now', logger: 'kafkajs', message: 'Connection error', broker: 'a:1' },
    });
    expect(lines).toEqual([
      { level: 'debug', message: 'Connection error', fields: { kafkajs: 'Connection', broker: 'a:1' } },
    ]);
  });
});
