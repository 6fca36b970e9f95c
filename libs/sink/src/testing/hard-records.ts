import type { EventContract } from '@sluice/contracts';
import type { LazyRecord } from '../records/lazy-record.ts';
import { changedRecord, sampleBatch } from './sample-batch.ts';
import type { SampleStyle } from './sample-event.ts';

const strange = 'é𝄞 "\\\u0001\n\u2028';

/** Nearly as much as a broker takes in one record by default. */
const largeTextBytes = 1_000_000;

const styles: Readonly<Record<string, SampleStyle>> = {
  'texts of all kinds of characters': { text: (plain) => `${strange}${plain}`, idText: (plain) => `${plain}é𝄞"` },
  'texts with the character U+0000': { text: (plain) => `\u0000${plain}` },
  'empty texts': { text: () => '' },
  'an event time in 1970': { timeMs: 1 },
  'an event time in 2100': { timeMs: Date.UTC(2100, 11, 31, 23, 59, 59, 999) },
  'as many bytes as a record can have': { text: (plain) => plain.padEnd(largeTextBytes, 'x') },
};

/** What a destination must take, unless it is exempt. */
export const hardKinds: readonly string[] = [...Object.keys(styles), 'no key'];

/** Two records of one of `hardKinds`. The contract must have a text that is neither in the id nor in the key. */
export async function hardRecords(contract: EventContract, kind: string): Promise<readonly LazyRecord<unknown>[]> {
  const { records } = await sampleBatch(contract, 2, styles[kind]);
  return kind === 'no key' ? records.map((record) => changedRecord(record, contract, { key: null })) : records;
}
