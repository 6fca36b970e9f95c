import { eventRate } from '../events.generated.ts';
import type { Question } from './question.ts';

/** What people ask of the counts per minute. */
export const rateQuestions: readonly Question[] = [
  {
    name: 'events-per-minute',
    contract: eventRate,
    title: 'Events per minute',
    description: 'How many events of each topic there were, as the processor event-rates counted them.',
    chart: 'line',
    columns: [
      { name: 'minute', title: 'Minute', type: 'time' },
      { name: 'topic', title: 'Topic', type: 'text' },
      { name: 'events', title: 'Events', type: 'number' },
    ],
    ask: {
      in: 'elasticsearch',
      request: {
        size: 0,
        query: {
          bool: { filter: [{ range: { minute: { gte: '{from}', lt: '{to}' } } }, { term: { measure: 'events' } }] },
        },
        aggs: {
          minute: {
            date_histogram: { field: 'minute', fixed_interval: '1m', min_doc_count: 1 },
            aggs: { topic: { terms: { field: 'subject', size: 20 }, aggs: { events: { sum: { field: 'count' } } } } },
          },
        },
      },
      buckets: ['minute', 'topic'],
      values: [{ key: 'minute' }, { key: 'topic' }, { metric: 'events' }],
    },
  },
];
