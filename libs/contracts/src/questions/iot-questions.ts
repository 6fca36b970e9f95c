import { iotEvent } from '../events.generated.ts';
import type { Question } from './question.ts';

const during = { range: { device_ts: { gte: '{from}', lt: '{to}' } } };

/** What people ask of devices. */
export const iotQuestions: readonly Question[] = [
  {
    name: 'device-anomalies',
    contract: iotEvent,
    title: 'Device anomalies',
    description:
      'Readings that lie more than three standard deviations from the average of their device, the farthest first. A device needs thirty readings for it.',
    chart: 'table',
    columns: [
      { name: 'device_ts', title: 'Time', type: 'time' },
      { name: 'device_id', title: 'Device', type: 'text' },
      { name: 'temp_celsius', title: 'Temperature', type: 'number', unit: '°C' },
      { name: 'average', title: 'Its average', type: 'number', unit: '°C' },
      { name: 'deviations', title: 'Standard deviations', type: 'number' },
    ],
    ask: {
      in: 'bigquery',
      sql: `WITH devices AS (
  SELECT device_id AS device, AVG(temp_celsius) AS average, STDDEV_POP(temp_celsius) AS deviation
  FROM {table}
  WHERE device_ts >= {from} AND device_ts < {to}
  GROUP BY device_id
  HAVING COUNT(*) >= 30 AND STDDEV_POP(temp_celsius) > 0
)
SELECT device_ts, device_id, temp_celsius, average, (temp_celsius - average) / deviation AS deviations
FROM {table}
JOIN devices ON device = device_id
WHERE device_ts >= {from} AND device_ts < {to} AND ABS(temp_celsius - average) > 3 * deviation
ORDER BY ABS(temp_celsius - average) / deviation DESC, device_ts
LIMIT 50`,
    },
  },
  {
    name: 'silent-devices',
    contract: iotEvent,
    title: 'Silent devices',
    description: 'The devices that were heard longest ago, with the last moment of each and its readings.',
    chart: 'table',
    columns: [
      { name: 'device_id', title: 'Device', type: 'text' },
      { name: 'last', title: 'Last heard', type: 'time' },
      { name: 'readings', title: 'Readings', type: 'number' },
    ],
    ask: {
      in: 'bigquery',
      sql: `SELECT device_id, MAX(received) AS last, COUNT(*) AS readings
FROM {table}
WHERE device_ts >= {from} AND device_ts < {to}
GROUP BY device_id
ORDER BY last, device_id
LIMIT 20`,
    },
  },
  {
    name: 'temperature-by-track',
    contract: iotEvent,
    title: 'Temperature by track',
    description: 'The average, lowest and highest temperature of the devices on each track.',
    chart: 'bar',
    columns: [
      { name: 'track', title: 'Track', type: 'text' },
      { name: 'average', title: 'Average', type: 'number', unit: '°C' },
      { name: 'lowest', title: 'Lowest', type: 'number', unit: '°C' },
      { name: 'highest', title: 'Highest', type: 'number', unit: '°C' },
      { name: 'readings', title: 'Readings', type: 'number' },
    ],
    ask: {
      in: 'elasticsearch',
      request: {
        size: 0,
        query: during,
        aggs: {
          track: {
            terms: { field: 'track_id', size: 20, order: { _key: 'asc' } },
            aggs: {
              average: { avg: { field: 'temp_celsius' } },
              lowest: { min: { field: 'temp_celsius' } },
              highest: { max: { field: 'temp_celsius' } },
            },
          },
        },
      },
      buckets: ['track'],
      values: [{ key: 'track' }, { metric: 'average' }, { metric: 'lowest' }, { metric: 'highest' }, { count: true }],
    },
  },
];
