import { hostMetrics } from '../events.generated.ts';
import type { Question } from './question.ts';

const during = { range: { time: { gte: '{from}', lt: '{to}' } } };

/** What people ask of measurements of hosts. */
export const hostQuestions: readonly Question[] = [
  {
    name: 'busiest-hosts',
    contract: hostMetrics,
    title: 'Busiest hosts',
    description:
      'The hosts whose cores worked most, by the average over the time asked about, with the busiest moment.',
    chart: 'bar',
    columns: [
      { name: 'host', title: 'Host', type: 'text' },
      { name: 'busy', title: 'Busy', type: 'number', unit: 'percent' },
      { name: 'busiest', title: 'At most', type: 'number', unit: 'percent' },
      { name: 'load', title: 'Load over 5 minutes', type: 'number', unit: 'tasks' },
    ],
    ask: {
      in: 'elasticsearch',
      request: {
        size: 0,
        query: during,
        aggs: {
          host: {
            terms: { field: 'host', size: 20, order: { busy: 'desc' } },
            aggs: {
              busy: { avg: { field: 'cpu.busy_percent' } },
              busiest: { max: { field: 'cpu.busy_percent' } },
              load: { avg: { field: 'load.average_5m_tasks' } },
            },
          },
        },
      },
      buckets: ['host'],
      values: [{ key: 'host' }, { metric: 'busy' }, { metric: 'busiest' }, { metric: 'load' }],
    },
  },
  {
    name: 'memory-leaks',
    contract: hostMetrics,
    title: 'Memory leaks',
    description:
      'How much memory a host uses more every hour, by the line that fits its measurements best. A steadiness near 1 is a leak; near 0, memory only goes up and down.',
    chart: 'table',
    columns: [
      { name: 'host', title: 'Host', type: 'text' },
      { name: 'growth', title: 'Growth', type: 'number', unit: 'bytes per hour' },
      { name: 'steadiness', title: 'Steadiness', type: 'number', unit: '-1 to 1' },
      { name: 'used', title: 'Used at most', type: 'number', unit: 'percent' },
      { name: 'killed', title: 'Killed for memory', type: 'number', unit: 'processes' },
    ],
    ask: {
      in: 'bigquery',
      sql: `WITH measured AS (
  SELECT host, UNIX_MILLIS(time) / 3600000 AS hours, CAST(memory.used_bytes AS FLOAT64) AS used,
    memory.used_percent AS percent, memory.oom_kills_total AS kills
  FROM {table}
  WHERE time >= {from} AND time < {to} AND memory IS NOT NULL
)
SELECT host,
  COVAR_POP(used, hours) / NULLIF(VAR_POP(hours), 0) AS growth,
  COVAR_POP(used, hours) / NULLIF(STDDEV_POP(used) * STDDEV_POP(hours), 0) AS steadiness,
  MAX(percent) AS used,
  MAX(kills) - MIN(kills) AS killed
FROM measured
GROUP BY host
HAVING COUNT(*) > 2
ORDER BY growth DESC, host
LIMIT 20`,
    },
  },
  {
    name: 'cpu-over-time',
    contract: hostMetrics,
    title: 'CPU over time',
    description: 'The average of every minute and host.',
    chart: 'line',
    columns: [
      { name: 'minute', title: 'Minute', type: 'time' },
      { name: 'host', title: 'Host', type: 'text' },
      { name: 'busy', title: 'Busy', type: 'number', unit: 'percent' },
    ],
    ask: {
      in: 'elasticsearch',
      request: {
        size: 0,
        query: during,
        aggs: {
          minute: {
            date_histogram: { field: 'time', fixed_interval: '1m', min_doc_count: 1 },
            aggs: {
              host: { terms: { field: 'host', size: 20 }, aggs: { busy: { avg: { field: 'cpu.busy_percent' } } } },
            },
          },
        },
      },
      buckets: ['minute', 'host'],
      values: [{ key: 'minute' }, { key: 'host' }, { metric: 'busy' }],
    },
  },
  {
    name: 'full-disks',
    contract: hostMetrics,
    title: 'Full disks',
    description: 'The fullest file systems, with how much they have grown over the time asked about.',
    chart: 'table',
    columns: [
      { name: 'host', title: 'Host', type: 'text' },
      { name: 'mount_point', title: 'File system', type: 'text' },
      { name: 'used', title: 'Used at most', type: 'number', unit: 'percent' },
      { name: 'available', title: 'Available at least', type: 'number', unit: 'bytes' },
      { name: 'change', title: 'Most less least used', type: 'number', unit: 'bytes' },
    ],
    ask: {
      in: 'bigquery',
      sql: `SELECT host, disk.mount_point, MAX(disk.used_percent) AS used, MIN(disk.available_bytes) AS available,
  MAX(disk.used_bytes) - MIN(disk.used_bytes) AS change
FROM {table}, UNNEST(filesystems) AS disk
WHERE time >= {from} AND time < {to}
GROUP BY host, disk.mount_point
ORDER BY used DESC, host, disk.mount_point
LIMIT 20`,
    },
  },
];
