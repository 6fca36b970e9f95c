import type { Random } from '@sluice/random';
import type { WarehouseScene } from './warehouse-scene.ts';

/** One way of maltreating the flow. When it returns, everything runs again, or will by itself. */
interface Fault {
  sentence: string;
  run(scene: WarehouseScene, random: Random, outageSeconds: number): Promise<void>;
}

/** Creating an object: https://cloud.google.com/storage/docs/json_api/v1/objects/insert */
const isUpload = (method: string, path: string) => method === 'POST' && path.startsWith('/upload/');
/** Inserting a load job: https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/insert */
const isJobInsert = (method: string, path: string) => method === 'POST' && /\/jobs(\?|$)/.test(path);

/** Objects and jobs come every few seconds; joining a group takes the session time of whoever was killed before. */
const patienceMs = 120_000;

export type FaultName = keyof typeof faults;

export const faults = {
  'gcs-killed': {
    sentence: 'gcs killed between upload and commit',
    async run(scene) {
      const upload = await scene.gcs.hold(isUpload, 'answered', patienceMs);
      await scene.gcsSink.kill();
      upload.drop();
      scene.gcsSink = scene.startGcs('gcs');
    },
  },
  'gcs-stopped': {
    sentence: 'gcs stopped in an upload and continued after the next owner has written',
    async run(scene, random) {
      const upload = await scene.gcs.hold(isUpload, 'before', patienceMs);
      const old = scene.gcsSink;
      process.kill(old.pid, 'SIGSTOP');
      scene.gcsSink = scene.startGcs('gcs-next');
      // The group gives its partitions to the next owner once its session has run out; that one writes at the same offset.
      const reached = random.pick(['before', 'between', 'after']);
      if (reached === 'before') await upload.release();
      await scene.objectsGrow(random.whole(1, 3));
      if (reached === 'between') await upload.release();
      process.kill(old.pid, 'SIGCONT');
      if (reached === 'after') await upload.release();
      // It finds out that it is not the owner any more, and joins again; then it leaves in order.
      await old.stop();
    },
  },
  'bigquery-killed': {
    sentence: 'bigquery killed between insert and commit',
    async run(scene) {
      const insert = await scene.bigquery.hold(isJobInsert, 'answered', patienceMs);
      await scene.bigquerySink.kill();
      insert.drop();
      scene.bigquerySink = scene.startBigquery('bigquery');
    },
  },
  'answer-lost': {
    sentence: 'the answer to a job insert lost',
    async run(scene) {
      const insert = await scene.bigquery.hold(isJobInsert, 'answered', patienceMs);
      insert.drop();
    },
  },
  'storage-down': {
    sentence: 'Cloud Storage down',
    async run(scene, _random, outageSeconds) {
      scene.gcs.down();
      await scene.wait(outageSeconds);
      scene.gcs.up();
    },
  },
  'bigquery-stopped': {
    sentence: 'BigQuery stopped',
    async run(scene, _random, outageSeconds) {
      process.kill(scene.bigqueryServerPid, 'SIGSTOP');
      await scene.wait(outageSeconds).finally(() => process.kill(scene.bigqueryServerPid, 'SIGCONT'));
    },
  },
} as const satisfies Record<string, Fault>;
