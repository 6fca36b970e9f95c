import { videoEvent } from '../events.generated.ts';
import type { Question } from './question.ts';

const during = { range: { timestamp: { gte: '{from}', lt: '{to}' } } };

/** What people ask of plays. */
export const videoQuestions: readonly Question[] = [
  {
    name: 'completion-rate',
    contract: videoEvent,
    title: 'Completion rate by interest',
    description: 'The share of plays that went on to the end, 15 seconds, in each field of interest.',
    chart: 'bar',
    columns: [
      { name: 'interest', title: 'Interest', type: 'text' },
      { name: 'completed', title: 'Completed', type: 'number', unit: 'percent' },
      { name: 'plays', title: 'Plays', type: 'number' },
      { name: 'playtime', title: 'Average playtime', type: 'number', unit: 'seconds' },
    ],
    ask: {
      in: 'bigquery',
      sql: `SELECT interest, 100 * COUNTIF(playtime >= 15) / COUNT(*) AS completed, COUNT(*) AS plays, AVG(playtime) AS playtime
FROM {table}
WHERE \`timestamp\` >= {from} AND \`timestamp\` < {to}
GROUP BY interest
ORDER BY completed DESC, interest`,
    },
  },
  {
    name: 'plays-by-hour',
    contract: videoEvent,
    title: 'Plays by hour and interest',
    description: 'How many plays began in each hour.',
    chart: 'line',
    columns: [
      { name: 'hour', title: 'Hour', type: 'time' },
      { name: 'interest', title: 'Interest', type: 'text' },
      { name: 'plays', title: 'Plays', type: 'number' },
    ],
    ask: {
      in: 'elasticsearch',
      request: {
        size: 0,
        query: during,
        aggs: {
          hour: {
            date_histogram: { field: 'timestamp', fixed_interval: '1h', min_doc_count: 1 },
            aggs: { interest: { terms: { field: 'interest', size: 20 } } },
          },
        },
      },
      buckets: ['hour', 'interest'],
      values: [{ key: 'hour' }, { key: 'interest' }, { count: true }],
    },
  },
  {
    name: 'most-watched',
    contract: videoEvent,
    title: 'Most watched boards',
    description: 'The boards that were watched longest, by all users together.',
    chart: 'table',
    columns: [
      { name: 'board_id', title: 'Board', type: 'text' },
      { name: 'watched', title: 'Watched', type: 'number', unit: 'seconds' },
      { name: 'plays', title: 'Plays', type: 'number' },
      { name: 'users', title: 'Users', type: 'number' },
    ],
    ask: {
      in: 'bigquery',
      sql: `SELECT board_id, SUM(playtime) AS watched, COUNT(*) AS plays, COUNT(DISTINCT user_id) AS users
FROM {table}
WHERE \`timestamp\` >= {from} AND \`timestamp\` < {to}
GROUP BY board_id
ORDER BY watched DESC, board_id
LIMIT 20`,
    },
  },
];
