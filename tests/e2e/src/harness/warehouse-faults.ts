import type { Random } from '@sluice/random';
import type { WarehouseScenario } from './warehouse-scenario.ts';

/** A fault. When `run` returns, everything runs again or is about to recover. */
interface Fault {
  sentence: string;
  run(scenario: WarehouseScenario, random: Random, outageSeconds: number): Promise<void>;
}

/** Creating an object: https://cloud.google.com/storage/docs/json_api/v1/objects/insert */
const isUpload = (method: string, path: string) => method === 'POST' && path.startsWith('/upload/');
/** Inserting a load job: https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/insert */
const isJobInsert = (method: string, path: string) => method === 'POST' && /\/jobs(\?|$)/.test(path);

/** Objects and jobs come every few seconds. Joining a group takes up to the session timeout of a killed member. */
const patienceMs = 120_000;

export type FaultName = keyof typeof faults;

export const faults = {
  'gcs-killed': {
    sentence: 'gcs killed between upload and commit',
    async run(scenario) {
      const upload = await scenario.gcs.hold(isUpload, 'answered', patienceMs);
      await scenario.gcsSink.kill();
      upload.drop();
      scenario.gcsSink = scenario.startGcs('gcs');
    },
  },
  'gcs-stopped': {
    sentence: 'gcs stopped in an upload and continued after the next owner has written',
    async run(scenario, random) {
      const upload = await scenario.gcs.hold(isUpload, 'before', patienceMs);
      const old = scenario.gcsSink;
      process.kill(old.pid, 'SIGSTOP');
      scenario.gcsSink = scenario.startGcs('gcs-next');
      // The next owner gets the partitions when the session of the stopped one expires, and writes at the same offset.
      const reached = random.pick(['before', 'between', 'after']);
      if (reached === 'before') await upload.release();
      await scenario.objectsGrow(random.whole(1, 3));
      if (reached === 'between') await upload.release();
      process.kill(old.pid, 'SIGCONT');
      if (reached === 'after') await upload.release();
      // The old one learns that it has lost its partitions, joins again, and leaves in order.
      await old.stop();
    },
  },
  'bigquery-killed': {
    sentence: 'bigquery killed between insert and commit',
    async run(scenario) {
      const insert = await scenario.bigquery.hold(isJobInsert, 'answered', patienceMs);
      await scenario.bigquerySink.kill();
      insert.drop();
      scenario.bigquerySink = scenario.startBigquery('bigquery');
    },
  },
  'answer-lost': {
    sentence: 'the answer to a job insert lost',
    async run(scenario) {
      const insert = await scenario.bigquery.hold(isJobInsert, 'answered', patienceMs);
      insert.drop();
    },
  },
  'storage-down': {
    sentence: 'Cloud Storage down',
    async run(scenario, _random, outageSeconds) {
      scenario.gcs.down();
      await scenario.wait(outageSeconds);
      scenario.gcs.up();
    },
  },
  'bigquery-stopped': {
    sentence: 'BigQuery stopped',
    async run(scenario, _random, outageSeconds) {
      process.kill(scenario.bigqueryServerPid, 'SIGSTOP');
      await scenario.wait(outageSeconds).finally(() => process.kill(scenario.bigqueryServerPid, 'SIGCONT'));
    },
  },
} as const satisfies Record<string, Fault>;
