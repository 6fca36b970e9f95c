import kafkajs from 'kafkajs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { capturedLog } from './captured-log.ts';
import { kafkaLog, silenceNegativeTimeouts } from './kafka-log.ts';

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

describe('silencing negative timeouts', () => {
  const original = process.emitWarning;
  afterEach(() => {
    process.emitWarning = original;
  });

  it('holds back that warning alone, and wraps only once', () => {
    const emitted = vi.fn();
    process.emitWarning = emitted;
    silenceNegativeTimeouts();
    const wrapped = process.emitWarning;
    silenceNegativeTimeouts();
    expect(process.emitWarning).toBe(wrapped);
    process.emitWarning('-1 is a negative number.', 'TimeoutNegativeWarning');
    process.emitWarning('old', 'DeprecationWarning', 'DEP0001');
    expect(emitted.mock.calls).toEqual([['old', 'DeprecationWarning', 'DEP0001']]);
  });
});
