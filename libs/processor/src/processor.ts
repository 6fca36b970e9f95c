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
 * `process` is a pure function: what it gives back follows from its arguments alone, as it is called again for what was not committed.
 * None, one or several events may come of one. It throws `Refused` for an event of which nothing can be made.
 */
export interface Processor<In, Out> {
  process(event: In, context: ProcessContext): Out | readonly Out[] | undefined;
}

/** Nothing can be made of an event: it goes to the dead letters, with the message as the reason. */
export class Refused extends Error {
  override readonly name = 'Refused';

  /** @param reason one sentence that names fields, never what they contain */
  constructor(reason: string) {
    super(reason);
  }
}
