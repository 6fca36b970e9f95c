import {
  deadLetterEvent,
  deadLetterName,
  deadLetterTopics,
  envelopeJson,
  readDeadLetters,
  readReplayMarks,
  type DeadLetterRecord,
} from '@sluice/dead-letters';
import { withoutDeadLetterHeaders } from '@sluice/kafka';
import { eventAccess, type EventAccess } from '../clients/event-access.ts';
import { hexDump, indentedJson, printableBytes } from '../terminal/printable.ts';
import { silentProgress } from '@sluice/terminal';
import { UserError } from '../user-error.ts';

/**
 * Shows one dead letter with its contents.
 *
 * @returns the exit code
 * @throws UserError when it does not exist
 */
export async function showDeadLetter(options: {
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
    const found: DeadLetterRecord[] = [];
    const onDeadLetter = (deadLetter: DeadLetterRecord) => void found.push(deadLetter);
    const foreign = await readDeadLetters({
      kafka,
      topic,
      filter: { partition, offset },
      signal,
      progress: silentProgress,
      onDeadLetter,
    });
    const [deadLetter] = found;
    if (deadLetter === undefined)
      throw new UserError(
        foreign > 0
          ? `The record at offset ${offset} of ${topic}, partition ${partition}, has no dead letter's headers.`
          : `There is no dead letter at offset ${offset} of ${topic}, partition ${partition}; \`sluice dead-letters list\` lists those that exist.`,
      );
    const contents = await contentsOf(deadLetter, access);
    process.stdout.write(json ? `${withEvent(contents)}\n` : `${deadLetterLines(deadLetter, contents).join('\n')}\n`);
    return 0;
  } finally {
    await access.close();
  }
}

async function contentsOf(deadLetter: DeadLetterRecord, access: EventAccess) {
  const { record, envelope, replays } = deadLetter;
  const marks = await readReplayMarks(access.kafka, deadLetter.topic, access.signal);
  const { json, reason } = await deadLetterEvent(deadLetter, access);
  const fields = {
    deadLetter: { topic: deadLetter.topic, partition: deadLetter.partition, offset: String(record.offset) },
    state: marks.runOf(deadLetter) === undefined ? 'open' : 'replayed',
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

/** Inserts the event as text, so that long numbers stay exact. */
const withEvent = ({ fields, event }: Awaited<ReturnType<typeof contentsOf>>): string =>
  `${JSON.stringify(fields).slice(0, -1)},"event":${event ?? 'null'}}`;

function deadLetterLines(
  deadLetter: DeadLetterRecord,
  { fields, event }: Awaited<ReturnType<typeof contentsOf>>,
): string[] {
  const { value: _value, headers, unreadable, deadLetter: _place, ...envelope } = fields;
  const rows = Object.entries(envelope).map(([name, value]): [string, string] => [
    name,
    value instanceof Date ? value.toISOString() : value === null ? 'none' : printableBytes(String(value)),
  ]);
  const headerRows = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const aligned = (pairs: readonly [string, string][]) =>
    pairs.map(([name, value]) => `  ${name.padEnd(14)}  ${value}`);
  const dump = deadLetter.record.value === null ? [] : hexDump(deadLetter.record.value).map((line) => `  ${line}`);
  return [
    deadLetterName(deadLetter),
    ...aligned(rows),
    ...(headerRows.length > 0 ? ['headers', ...aligned(headerRows)] : []),
    ...(event === undefined ? [`value: ${unreadable ?? ''}`, ...dump] : ['event', indentedJson(event)]),
  ];
}
