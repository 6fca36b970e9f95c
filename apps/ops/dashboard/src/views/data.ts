import type { FastifyInstance, FastifyRequest } from 'fastify';
import { contracts, questions, topicName, type EventContract } from '@sluice/contracts';
import { ask } from '@sluice/operations';
import type { EventData, FoundEvent, ShownAnswer, ShownQuestion } from '../api/data.ts';
import { chartsOf } from './charts/chart-answer.ts';
import { chartPlans } from './charts/chart-plan.ts';
import { chartAggregations, type TimeSpan } from './charts/chart-request.ts';
import { BadRequest, pathText, queryText } from './query-text.ts';
import type { ViewContext } from './view-context.ts';

const shownEvents = 25;
const steps = 60;
const [leastMinutes, mostMinutes] = [5, 30 * 24 * 60];
const highlight = { pre_tags: ['\u0001'], post_tags: ['\u0002'], fields: { '*': {} }, number_of_fragments: 2 };

/** `/api/data/TOPIC?minutes=…&q=…`: charts and events; `/api/questions` and `/api/questions/NAME`: the ready queries. */
export function addData(server: FastifyInstance, { places }: ViewContext): void {
  server.get('/api/data/:topic', async (request): Promise<EventData> => {
    const contract = contractOf(pathText(request, 'topic'));
    const span = spanOf(request);
    const words = queryText(request, 'q');
    const plans = chartPlans(contract);
    const range = { range: { [contract.time]: { gte: span.fromMs, lte: span.toMs, format: 'epoch_millis' } } };
    const { total, hits, aggregations } = await places.search.search([contract], {
      size: shownEvents,
      sort: [{ [contract.time]: { order: 'desc', unmapped_type: 'date' } }],
      query: { bool: { filter: [range], ...(words !== undefined && { must: [wordQuery(contract, words)] }) } },
      aggs: chartAggregations(plans, contract.time, span),
      ...(words !== undefined && { highlight }),
    });
    return {
      ...{ topic: topicName(contract), total, fromMs: span.fromMs, toMs: span.toMs },
      charts: chartsOf(plans, aggregations, span),
      events: hits.map((hit) => foundEvent(hit, contract)),
    };
  });
  server.get('/api/questions', () =>
    questions.map((question): ShownQuestion => {
      const { name, contract, title, description, chart } = question;
      return { name, topic: topicName(contract), title, description, chart, in: question.ask.in };
    }),
  );
  server.get('/api/questions/:name', async (request): Promise<ShownAnswer> => {
    const found = questions.find(({ name }) => name === pathText(request, 'name'));
    if (found === undefined) throw new BadRequest('There is no such question');
    const { fromMs, toMs } = spanOf(request);
    const askedMs = performance.now();
    const { rows: warehouse, search } = places;
    const answer = await ask({ rows: warehouse, search }, found, { from: new Date(fromMs), to: new Date(toMs) });
    const { columns, rows, statement } = answer;
    return {
      columns: columns.map((column) => ({ ...column })),
      rows: rows.map((row) => [...row]),
      ...{ statement, tookMs: performance.now() - askedMs },
    };
  });
}

function contractOf(topic: string): EventContract {
  const contract = contracts.find((each) => topicName(each) === topic);
  if (contract === undefined) throw new BadRequest(`There is no event with the topic ${topic}`);
  return contract;
}

/** Whole steps that end now. */
function spanOf(request: FastifyRequest): TimeSpan {
  const asked = Number(queryText(request, 'minutes') ?? 60);
  if (!Number.isFinite(asked)) throw new BadRequest('minutes is a number');
  const minutes = Math.min(mostMinutes, Math.max(leastMinutes, asked));
  const stepMs = Math.max(5_000, Math.round((minutes * 60) / steps) * 1000);
  const toMs = Math.floor(Date.now() / stepMs) * stepMs + stepMs;
  return { fromMs: toMs - minutes * 60_000, toMs, stepMs };
}

/** Words in the contract's texts, or the exact value of any field. */
function wordQuery({ schema }: EventContract, words: string) {
  const texts = schema.fields.filter(({ sluice }) => sluice?.search === 'text').map(({ name }) => name);
  const fields = texts.length > 0 ? texts.map((name) => `${name}^2`) : [];
  return {
    simple_query_string: { query: words, fields: [...fields, '*'], default_operator: 'and' as const, lenient: true },
  };
}

function foundEvent(
  { id, index, document, highlights }: { id: string; index: string; document: unknown; highlights: readonly string[] },
  { time }: EventContract,
): FoundEvent {
  const at: unknown = typeof document === 'object' && document !== null ? Reflect.get(document, time) : undefined;
  const timeMs = typeof at === 'string' ? Date.parse(at) : Number(at);
  return {
    ...{ id, index, excerpts: [...highlights] },
    timeMs: Number.isFinite(timeMs) ? timeMs : null,
    document: JSON.stringify(document, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  };
}
