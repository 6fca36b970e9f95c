import { bucketFacts, type GcsConfig } from '@sluice/connector-google';
import { httpClockSkew } from './clock-skew.ts';
import { failed, notTried, ok, tried, type Checks } from './check.ts';

/** Cloud Storage: whether the bucket exists, and what this user may do there. Nothing is written. */
export async function* checkStorage(config: GcsConfig, signal: AbortSignal): Checks {
  const facts = bucketFacts(config, signal);
  const own = 'Cloud Storage';
  const bucket = await tried(own, 'bucket', signal, async () => {
    const location = await facts.location();
    return ok(`the bucket ${facts.bucket} exists${location === undefined ? '' : `, in ${location}`}`);
  });
  yield bucket;
  if (bucket.state === 'ok')
    yield await tried(own, 'permissions', signal, async () => {
      const missing = await facts.missingPermissions();
      if (missing === undefined) return notTried('the service does not tell what this user may do');
      return missing.length === 0
        ? ok('this user may create, read and list objects')
        : failed(`this user lacks ${missing.join(', ')}`, 'grant roles/storage.objectUser on the bucket');
    });
  yield await tried(
    own,
    'clock',
    signal,
    async () => (await httpClockSkew(facts.address, signal)) ?? ok('it does not show its clock'),
  );
}
