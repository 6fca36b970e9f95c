import { uniqueName } from '@sluice/kafka/testing';
import { eventually, serverAddresses } from '@sluice/testkit';
import { afterEach, expect, it } from 'vitest';
import { gcsRig, type GcsRig } from './testing/gcs-rig.ts';

let rig: GcsRig;
afterEach(() => rig.close());

const project = 'local';

/** A request of BigQuery's API, without its client: the README's `bq load` makes the same. */
async function ask(path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${serverAddresses().bigqueryEndpoint}/bigquery/v2/projects/${project}${path}`, {
    ...(body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

it.each([
  ['json', { sourceFormat: 'NEWLINE_DELIMITED_JSON', autodetect: true }],
  ['avro', { sourceFormat: 'AVRO', useAvroLogicalTypes: true }],
])('objects in %s load into BigQuery with the options of the README, each record once', async (format, options) => {
  rig = await gcsRig();
  const sent = Array.from({ length: 60 }, (_, n) => `${n} é語😀 "quoted"\\`);
  const sink = rig.run(rig.group, { GCS_FORMAT: format, GCS_OBJECT_RECORDS: '25' });
  await rig.send(sent);
  await eventually(async () => expect(await rig.texts()).toEqual(sent), 40_000, 300);
  await sink.stop();

  const datasetId = uniqueName('by_hand').replaceAll('-', '_');
  await ask('/datasets', { datasetReference: { projectId: project, datasetId }, location: 'US' });
  const jobId = uniqueName('by-hand');
  const load = {
    destinationTable: { projectId: project, datasetId, tableId: 'events' },
    sourceUris: (await rig.objects()).map(({ name }) => `gs://${rig.bucket}/${name}`),
    ...options,
  };
  await ask('/jobs', { jobReference: { projectId: project, jobId, location: 'US' }, configuration: { load } });
  await eventually(async () => expect((await ask(`/jobs/${jobId}?location=US`))['status']).toEqual({ state: 'DONE' }));

  const query = `SELECT _kafka.topic, _kafka.partition, _kafka.offset, text FROM ${datasetId}.events ORDER BY 3`;
  const { rows } = await ask('/queries', { query, useLegacySql: false });
  const expected = (await rig.records()).map(({ offset }, n) => [rig.topic, '0', String(offset), sent[n]]);
  expect(rows).toEqual(expected.map((cells) => ({ f: cells.map((v) => ({ v })) })));
});
