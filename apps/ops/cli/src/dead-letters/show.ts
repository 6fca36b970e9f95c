import { withoutDeadLetterHeaders } from '@sluice/kafka';
import { eventAccess, type EventAccess } from '../clients/event-access.ts';
import { hexDump, indentedJson, printableBytes } from '../terminal/printable.ts';
import { silentProgress } from '@sluice/terminal';
import { UserError } from '../user-error.ts';
import { deadLetterTopics } from './dead-letter-topics.ts';
import { letterEvent } from './letter/letter-event.ts';
import { envelopeJson, letterName, type Letter } from './letter/letter.ts';
import { readLetters } from './read-letters.ts';
import { readReplayMarks } from './replay/replay-marks.ts';

/**
 * Shows one letter with everything that is in it.
 *
 * @returns the exit code
 * @throws UserError when there is no such letter
 */
export async function showLetter(options: {
  topic: string;
  partition: number;
  offset: bigint;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<number> {
  const { partition, offset, json, environment, signal } = options;
  const access = await eventAccess(environment, signal);
  try {
    const { kafka } = access;
    const [topic = ''] = await deadLetterTopics(kafka, [options.topic]);
    const found: Letter[] = [];
    const onLetter = (letter: Letter) => void found.push(letter);
    const foreign = await readLetters({
      kafka,
      topic,
      filter: { partition, offset },
      signal,
      progress: silentProgress,
      onLetter,
    });
    const [letter] = found;
    if (letter === undefined)
      throw new UserError(
        foreign > 0
          ? `The record at offset ${offset} of ${topic}, partition ${partition}, carries no dead letter's envelope.`
          : `There is no letter at offset ${offset} of ${topic}, partition ${partition}: \`sluice dead-letters list\` names those there are.`,
      );
    const contents = await letterContents(letter, access);
    process.stdout.write(json ? `${withEvent(contents)}\n` : `${letterLines(letter, contents).join('\n')}\n`);
    return 0;
  } finally {
    await access.close();
  }
}

async function letterContents(letter: Letter, access: EventAccess) {
  const { record, envelope, replays } = letter;
  const marks = await readReplayMarks(access.kafka, letter.topic, access.signal);
  const { json, reason } = await letterEvent(letter, access);
  const fields = {
    letter: { topic: letter.topic, partition: letter.partition, offset: String(record.offset) },
    state: marks.runOf(letter) === undefined ? 'open' : 'replayed',
    replays,
    ...envelopeJson(envelope),
    key: record.key === null ? null : printableBytes(record.key),
    headers: Object.fromEntries(
      Object.entries(withoutDeadLetterHeaders(record.headers)).map(([name, value = '']) => [
        name,
        typeof value === 'string' || Buffer.isBuffer(value) ? printableBytes(value) : value.map(printableBytes),
      ]),
    ),
    value: record.value?.toString('base64') ?? null,
    ...(reason !== undefined && { unreadable: reason }),
  };
  return { fields, event: json };
}

/** The event goes in as it is, so that long numbers stay what they are. */
const withEvent = ({ fields, event }: Awaited<ReturnType<typeof letterContents>>): string =>
  `${JSON.stringify(fields).slice(0, -1)},"event":${event ?? 'null'}}`;

function letterLines(letter: Letter, { fields, event }: Awaited<ReturnType<typeof letterContents>>): string[] {
  const { value: _value, headers, unreadable, letter: _letter, ...envelope } = fields;
  const rows = Object.entries(envelope).map(([name, value]): [string, string] => [
    name,
    value instanceof Date ? value.toISOString() : value === null ? 'none' : printableBytes(String(value)),
  ]);
  const headerRows = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const aligned = (pairs: readonly [string, string][]) =>
    pairs.map(([name, value]) => `  ${name.padEnd(14)}  ${value}`);
  const dump = letter.record.value === null ? [] : hexDump(letter.record.value).map((line) => `  ${line}`);
  return [
    letterName(letter),
    ...aligned(rows),
    ...(headerRows.length > 0 ? ['headers', ...aligned(headerRows)] : []),
    ...(event === undefined ? [`value: ${unreadable ?? ''}`, ...dump] : ['event', indentedJson(event)]),
  ];
}
