import { expect, it } from 'vitest';
import { loadJobOf } from './load-job.ts';

const id = 'sluice_tweets_2_17_0123456789abcdef_3';
const body = {
  jobReference: { projectId: 'p', jobId: id },
  configuration: {
    labels: { sluice_group: 'bigquery', sluice_topic: 'tweets', sluice_first: '17', sluice_last: '20' },
    load: {
      destinationTable: { projectId: 'p', datasetId: 'sluice', tableId: 'tweets' },
      sourceUris: ['gs://b/1.json.gz', 'gs://b/2.json.gz'],
    },
  },
  status: { state: 'DONE' },
  statistics: {
    creationTime: '1000000',
    startTime: '1001000',
    endTime: '1004500',
    load: { outputRows: '12', badRecords: '1' },
  },
};

it('reads a job', () => {
  expect(loadJobOf(body, 0)).toMatchObject({
    ...{ id, state: 'loaded', table: 'sluice.tweets', topic: 'tweets', rows: 12, badRows: 1, durationMs: 3_500 },
    ...{ firstAnnouncement: '17', lastAnnouncement: '20', error: undefined },
    name: { partition: 2, attempt: 3 },
    uris: ['gs://b/1.json.gz', 'gs://b/2.json.gz'],
  });
});

it('reports a job that is done with an error as failed', () => {
  const errorResult = { reason: 'invalid', message: 'Error while\n reading data', location: 'gs://b/1.json.gz' };
  expect(loadJobOf({ ...body, status: { state: 'DONE', errorResult } }, 0)).toMatchObject({
    state: 'failed',
    error: { reason: 'invalid', message: 'Error while reading data', location: 'gs://b/1.json.gz' },
  });
});

it('counts the time of a running job up to now', () => {
  const { endTime: _end, ...statistics } = body.statistics;
  expect(loadJobOf({ ...body, status: { state: 'RUNNING' }, statistics }, 1_011_000)).toMatchObject({
    state: 'running',
    durationMs: 10_000,
  });
});

it('ignores queries and load jobs of others', () => {
  expect(loadJobOf({ ...body, jobReference: { jobId: 'bqjob_1' } }, 0)).toBeUndefined();
  expect(loadJobOf({ ...body, configuration: { query: {} } }, 0)).toBeUndefined();
  expect(loadJobOf(null, 0)).toBeUndefined();
});
