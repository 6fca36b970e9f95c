import { envelopeJson, type DeadLetterRecord } from '../record/dead-letter-record.ts';

export type DeadLetterState = 'open' | 'replayed';

/** A dead letter without its contents. */
export type ListedDeadLetter = Pick<DeadLetterRecord, 'topic' | 'partition' | 'envelope' | 'replays'> & {
  offset: bigint;
  state: DeadLetterState;
};

export const listed = (
  { topic, partition, record, envelope, replays }: DeadLetterRecord,
  state: DeadLetterState,
): ListedDeadLetter => ({ topic, partition, offset: record.offset, envelope, replays, state });

/** One JSON object on one line. */
export const listedJson = ({ topic, partition, offset, state, replays, envelope }: ListedDeadLetter): string =>
  `${JSON.stringify({
    deadLetter: { topic, partition, offset: String(offset) },
    state,
    replays,
    ...envelopeJson(envelope),
  })}\n`;
