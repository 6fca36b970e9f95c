import { launchStack, type LaunchedStack } from './launch-stack.ts';

/** A Kafka broker, to kill or to reconfigure. */
export interface LaunchedBroker extends LaunchedStack {
  /** Its address. */
  brokers: string;
}

/** Starts a broker, not the one that all tests share. @param settings more settings of the stack: `STACK_…` */
export async function launchBroker(
  name: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<LaunchedBroker> {
  const stack = await launchStack({ name, only: ['kafka'], quiet: true, settings: { ...settings, KAFKA_BROKERS: '' } });
  return { ...stack, brokers: stack.environment['KAFKA_BROKERS'] ?? '' };
}
