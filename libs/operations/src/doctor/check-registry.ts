import { subjectName, topicName, type EventContract } from '@sluice/contracts';
import { httpClockSkew } from './clock-skew.ts';
import { failed, ok, tried, warning, type Checks } from './check.ts';

/** How to reach the registry: see `registryOptions`. */
interface RegistryAddress {
  url: readonly string[];
  auth?: { username: string; password: string };
}

const timeoutMs = 10_000;

/** The schema registry: whether it answers this user, and knows the events. */
export async function* checkRegistry(
  { url: urls, auth }: RegistryAddress,
  contracts: readonly EventContract[],
  signal: AbortSignal,
): Checks {
  let subjects: readonly string[] | undefined;
  for (const url of urls)
    yield await tried('schema registry', 'connection', signal, async () => {
      const answer = await fetch(`${url}/subjects`, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        ...(auth && {
          headers: { authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}` },
        }),
      });
      if (answer.status === 401 || answer.status === 403)
        return failed(
          `${url} refuses this user with status ${answer.status}`,
          'check SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD, and that the user may read subjects',
        );
      const body: unknown = answer.ok ? await answer.json().catch(() => undefined) : undefined;
      if (!Array.isArray(body))
        return failed(
          `${url}/subjects answers ${answer.status}, and not as a schema registry does`,
          'check SCHEMA_REGISTRY_URL with its path, such as /apis/ccompat/v7',
        );
      subjects = body.map(String);
      return ok(`${url} answers, and has ${subjects.length} subjects`);
    });
  if (subjects === undefined) return;
  const known = new Set(subjects);
  yield await tried('schema registry', 'schemas', signal, () => {
    const absent = contracts.map((contract) => subjectName(topicName(contract))).filter((name) => !known.has(name));
    return absent.length === 0
      ? ok('it has a schema of every event')
      : warning(
          `it has no subject ${absent.join(', ')}`,
          'sources and processors register theirs at the start: an event that no source publishes needs none',
        );
  });
  const skew = await tried(
    'schema registry',
    'clock',
    signal,
    async () => (await httpClockSkew(`${urls[0] ?? ''}/subjects`, signal)) ?? ok('it does not show its clock'),
  );
  yield skew;
}
