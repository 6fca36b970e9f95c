import type { FastifyInstance } from 'fastify';
import {
  deadLetterEvent,
  deadLetterSummary,
  deadLetterTopics,
  listed,
  newestDeadLetters,
  readDeadLetters,
  readReplayMarks,
  type DeadLetterAccess,
  type DeadLetterRecord,
  type ListedDeadLetter,
} from '@sluice/dead-letters';
import { withoutDeadLetterHeaders } from '@sluice/kafka';
import type { DeadLetterLine, DeadLetterList, ShownDeadLetter } from '../api/dead-letters.ts';
import { BadRequest, pathText, queryText } from './query-text.ts';
import { addReplays } from './replays.ts';
import type { ViewContext } from './view-context.ts';

const listedAtOnce = 200;
const silent = { show() {}, say() {} };

/** `/api/dead-letters`, `/api/dead-letters/TOPIC/PARTITION/OFFSET`, and replays. */
export function addDeadLetters(server: FastifyInstance, context: ViewContext): void {
  const { places, signal } = context;
  const access = (): DeadLetterAccess => ({ ...places.reached(), signal });
  server.get('/api/dead-letters', async (request) =>
    list(access(), queryText(request, 'topic'), queryText(request, 'reason')),
  );
  server.get('/api/dead-letters/:topic/:partition/:offset', async (request, reply) => {
    const [partition, offset] = [pathText(request, 'partition'), pathText(request, 'offset')];
    if (!/^\d{1,9}$/.test(partition) || !/^\d{1,19}$/.test(offset))
      throw new BadRequest('A dead letter has a partition and an offset');
    const found = await find(access(), pathText(request, 'topic'), Number(partition), BigInt(offset));
    return found ?? reply.code(404).send({ reason: 'There is no such dead letter.' });
  });
  addReplays(server, context);
}

async function list(
  access: DeadLetterAccess,
  topic: string | undefined,
  reason: string | undefined,
): Promise<DeadLetterList> {
  const { kafka, signal } = access;
  const causes = deadLetterSummary();
  const newest = newestDeadLetters(listedAtOnce);
  const topics = await deadLetterTopics(kafka, topic === undefined ? undefined : [topic], { announcements: true });
  for (const each of topics) {
    const marks = await readReplayMarks(kafka, each, signal);
    await readDeadLetters({
      ...{ kafka, topic: each, filter: { reason }, signal, progress: silent },
      onDeadLetter(deadLetter) {
        const found = listed(deadLetter, marks.runOf(deadLetter) === undefined ? 'open' : 'replayed');
        causes.add(found.envelope, found.state);
        newest.add(found);
      },
    });
  }
  return {
    count: newest.count,
    newest: newest.take().toReversed().map(line),
    causes: causes.groups().map(({ firstDead, lastDead, ...cause }) => ({
      ...cause,
      firstDeadMs: firstDead.getTime(),
      lastDeadMs: lastDead.getTime(),
    })),
  };
}

function line({ topic, partition, offset, state, replays, envelope }: ListedDeadLetter): DeadLetterLine {
  const { by, errorClass, reason, deadSince, origin } = envelope;
  const from =
    envelope.partition === undefined || envelope.offset === undefined
      ? (origin ?? envelope.topic)
      : `${envelope.topic}:${envelope.partition}:${envelope.offset}`;
  return {
    ...{ topic, partition, offset: String(offset), state, replays, by, errorClass, reason, from },
    deadSinceMs: deadSince.getTime(),
  };
}

async function find(
  access: DeadLetterAccess,
  named: string,
  partition: number,
  offset: bigint,
): Promise<ShownDeadLetter | undefined> {
  const { kafka, signal } = access;
  const [topic = ''] = await deadLetterTopics(kafka, [named]);
  const found: DeadLetterRecord[] = [];
  await readDeadLetters({
    ...{ kafka, topic, filter: { partition, offset }, signal, progress: silent },
    onDeadLetter: (deadLetter) => void found.push(deadLetter),
  });
  const [deadLetter] = found;
  if (deadLetter === undefined) return undefined;
  const marks = await readReplayMarks(kafka, topic, signal);
  const { json, reason } = await deadLetterEvent(deadLetter, access);
  const { record, envelope } = deadLetter;
  return {
    ...line(listed(deadLetter, marks.runOf(deadLetter) === undefined ? 'open' : 'replayed')),
    ...{ attempts: envelope.attempts, firstSeenMs: envelope.firstSeen.getTime() },
    key: record.key?.toString() ?? null,
    headers: Object.fromEntries(
      Object.entries(withoutDeadLetterHeaders(record.headers)).map(([name, value]) => [name, String(value ?? '')]),
    ),
    ...{ event: json ?? null, unreadable: reason ?? null },
    base64: json === undefined ? (record.value?.subarray(0, 64 * 1024).toString('base64') ?? null) : null,
  };
}
