/** Where an event comes from. */
export interface ProcessContext {
  /** The event id. */
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** The event time. */
  readonly timestamp: Date;
}

/**
 * Makes events of one contract from events of another.
 *
 * `process` is a pure function of its arguments: it is called again for events that were not committed. It returns no event, one or
 * several, and throws `Refused` for an event from which it can make nothing.
 */
export interface Processor<In, Out> {
  process(event: In, context: ProcessContext): Out | readonly Out[] | undefined;
}

/** Nothing can be made of an event. It is dead-lettered, with the message as the reason. */
export class Refused extends Error {
  override readonly name = 'Refused';

  /** @param reason one sentence that names fields, never what they contain */
  constructor(reason: string) {
    super(reason);
  }
}
