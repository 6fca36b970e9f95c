import { FatalError, type Logger } from '@sluice/telemetry';
import type { KafkaClient } from '@sluice/kafka';
import type { Codec } from '@sluice/schema-registry';

/** What dead letters are read and replayed with. */
export interface DeadLetterAccess {
  kafka: KafkaClient;
  codec: Codec;
  logger: Logger;
  /** Ends what is under way. */
  signal: AbortSignal;
}

/** Learns how far a long operation is. */
export interface DeadLetterProgress {
  show(what: string, done: number, total?: number): void;
  /** A line for people that stays. */
  say(line: string): void;
}

/** What is asked for does not exist or cannot be done now. Its message is for people. */
export class DeadLettersRefused extends FatalError {}
