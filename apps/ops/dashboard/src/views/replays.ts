import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  deadLetterEvent,
  deadLetterName,
  readDeadLetters,
  readReplayMarks,
  replay,
  type DeadLetterAccess,
  type DeadLetterFilter,
} from '@sluice/dead-letters';
import type { ReplayRequest, ReplayResult } from '../api/dead-letters.ts';
import { BadRequest, bodyText } from './query-text.ts';
import type { ViewContext } from './view-context.ts';

const mostNamed = 100;
const maxReplays = 3;
const silent = { show() {}, say() {} };

/**
 * `POST /api/replays`: a dry run decodes each dead letter again and says which can be read now; otherwise they are published to their
 * topics again, each once.
 */
export function addReplays(server: FastifyInstance, { places, signal }: ViewContext): void {
  server.post('/api/replays', async (request): Promise<ReplayResult> => {
    const asked = replayRequest(request);
    const access: DeadLetterAccess = { ...places.reached(), signal };
    return asked.dryRun ? tryOut(access, asked) : publish(access, asked);
  });
}

function replayRequest(request: FastifyRequest): ReplayRequest {
  const text = (name: string) => bodyText(request, name);
  const [topic, partition, offset] = [text('topic'), text('partition'), text('offset')];
  if (topic === undefined) throw new BadRequest('Say which dead-letter topic is to be replayed');
  if ((partition === undefined) !== (offset === undefined))
    throw new BadRequest('One dead letter has a partition and an offset');
  for (const number of [partition, offset])
    if (number !== undefined && !/^\d{1,19}$/.test(number))
      throw new BadRequest('Partition and offset are whole numbers');
  const optional = (name: 'by' | 'errorClass' | 'reason') => {
    const value = text(name);
    return value === undefined ? {} : { [name]: value };
  };
  return {
    ...{ topic, ...optional('by'), ...optional('errorClass'), ...optional('reason') },
    ...(partition !== undefined && { partition: Number(partition) }),
    ...(offset !== undefined && { offset }),
    // A request that leaves it out changes nothing.
    dryRun: text('dryRun') !== 'false',
  };
}

const filterOf = ({ by, errorClass, reason, partition, offset }: ReplayRequest): DeadLetterFilter => ({
  ...{ by, errorClass, reason, partition },
  offset: offset === undefined ? undefined : BigInt(offset),
});

async function tryOut(access: DeadLetterAccess, asked: ReplayRequest): Promise<ReplayResult> {
  const { kafka, signal } = access;
  const result = emptyResult(asked);
  const marks = await readReplayMarks(kafka, asked.topic, signal);
  await readDeadLetters({
    ...{ kafka, topic: asked.topic, filter: filterOf(asked), signal, progress: silent },
    async onDeadLetter(deadLetter) {
      result.total++;
      if (marks.runOf(deadLetter) !== undefined) return void result.before++;
      const stay = async (): Promise<string | undefined> => {
        if (deadLetter.replays >= maxReplays) return `it has been replayed ${deadLetter.replays} times already`;
        return (await deadLetterEvent(deadLetter, access)).reason;
      };
      const reason = await stay();
      if (reason === undefined) result.replayed++;
      else addStay(result, deadLetterName(deadLetter), reason);
    },
  });
  return result;
}

async function publish(access: DeadLetterAccess, asked: ReplayRequest): Promise<ReplayResult> {
  const result = emptyResult(asked);
  const topics = await replay({
    ...{ access, topics: [asked.topic], filter: filterOf(asked), maxReplays, dryRun: false, progress: silent },
    ...{ limit: Infinity, transactionRecords: 500 },
  });
  for (const { replayed, before, tooOften, refused } of topics) {
    result.replayed += replayed;
    result.before += before;
    for (const deadLetter of tooOften)
      addStay(result, deadLetterName(deadLetter), `it has been replayed ${deadLetter.replays} times already`);
    for (const { deadLetter, reason } of refused) addStay(result, deadLetterName(deadLetter), reason);
  }
  result.total = result.replayed + result.before + result.staysCount;
  return result;
}

function addStay(result: ReplayResult, name: string, reason: string): void {
  result.staysCount++;
  if (result.stays.length < mostNamed) result.stays.push({ name, reason });
}

const emptyResult = (asked: ReplayRequest): ReplayResult => ({
  ...{ dryRun: asked.dryRun, replayed: 0, before: 0, stays: [], staysCount: 0, total: 0 },
  command: commandOf(asked),
});

const quoted = (text: string): string => (/^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

function commandOf({ topic, by, errorClass, reason, partition, offset, dryRun }: ReplayRequest): string {
  const option = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${name} ${quoted(String(value))}`];
  return [
    'sluice dead-letters replay',
    ...option('topic', topic),
    ...option('by', by),
    ...option('error-class', errorClass),
    ...option('reason', reason),
    ...option('partition', partition),
    ...option('offset', offset),
    ...(dryRun ? ['--dry-run'] : []),
  ].join(' ');
}
