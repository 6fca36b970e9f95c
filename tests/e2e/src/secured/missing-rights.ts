import { deadLetterTopic, storedObject } from '@sluice/contracts';
import type { AccessControl, AccessRight } from '@sluice/kafka/testing';
import { lineOf } from './access-list.ts';
import { elasticsearchAdmin, indexCreation, withoutEachPrivilege, type Role } from './elasticsearch-keys.ts';
import { untilReady, userOf, type SecuredApps } from './secured-apps.ts';
import type { SecuredServers } from './secured-servers.ts';

export interface Judge {
  say(line: string): void;
  signal: AbortSignal;
  shortfalls: string[];
}

const atOnce = 3;

/**
 * Takes away each right that an app uses at its start: its log must name the resource, and it must work again once it has the right.
 *
 * @returns how many were tried
 */
export async function withoutEachRight(
  apps: SecuredApps,
  control: AccessControl,
  lists: ReadonlyMap<string, readonly AccessRight[]>,
  judge: Judge,
): Promise<number> {
  const waiting = [...lists];
  let tried = 0;
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      for (const right of usedAtStart(next[1])) {
        judge.signal.throwIfAborted();
        tried++;
        await withoutRight(apps, control, next[0], right, judge);
      }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return tried;
}

async function withoutRight(
  apps: SecuredApps,
  control: AccessControl,
  app: string,
  right: AccessRight,
  { say, shortfalls }: Judge,
): Promise<void> {
  await control.revoke(userOf(app), right);
  const saying = apps.nextReason(app, sentenceAbout(right));
  const process = apps.start(app, apps.login(app));
  await saying.then(
    (sentence) => say(`${app} without ${lineOf(right)}: ${sentence}`),
    (error: unknown) => shortfalls.push(`without ${lineOf(right)}, ${String(error)}`),
  );
  await control.grant(userOf(app), [right]);
  await untilReady(process).catch((error: unknown) =>
    shortfalls.push(`${app} does not work again with ${lineOf(right)}: ${String(error)}`),
  );
  await process.stop();
}

/**
 * The rights that an app uses at its start. DELETE only removes what would be left over. An app that reads again without cursors does so
 * where a row is refused: bigquery then needs the topics of the refused records.
 */
function usedAtStart(rights: readonly AccessRight[]): AccessRight[] {
  const hasCursors = rights.some(({ name }) => name.startsWith('cursors.'));
  const readsAgain = rights.some(({ name }) => name.startsWith('sluice-reader'));
  const isLater = ({ operation, resource, name }: AccessRight): boolean =>
    operation === 'DELETE' ||
    (readsAgain && !hasCursors && (name.startsWith('sluice-reader') || (resource === 'topic' && !isOfObjects(name))));
  return rights.filter((right) => !isLater(right));
}

const isOfObjects = (topic: string): boolean =>
  topic === storedObject.topic || topic === deadLetterTopic(storedObject.topic);

/** What the sentence about a missing right must name. */
const sentenceAbout = ({ name, resource }: AccessRight): RegExp => {
  const text = name.replace(/\*$/, '').replaceAll('.', '\\.');
  return new RegExp(`(?:denies this user|grant this user).*(?:${text}|${resource.replace('-', ' ')})`);
};

/** Takes away each privilege of the sink for Elasticsearch, which has delivered before. @returns how many were tried */
export async function withoutEachPrivilegeOf(
  app: string,
  role: Role,
  { apps, servers, control }: { apps: SecuredApps; servers: SecuredServers; control: AccessControl },
  { say, signal, shortfalls }: Judge,
): Promise<number> {
  const cluster = elasticsearchAdmin(servers);
  const all = withoutEachPrivilege(role);
  for (const { missing, role: less } of all) {
    signal.throwIfAborted();
    // Another group delivers everything once more, so documents exist; but where the right to create indices is tried.
    const group = `${userOf(app)}-without-${missing}`;
    await control.grant(userOf(app), [{ operation: 'READ', resource: 'group', name: group }]);
    if (missing === indexCreation) await cluster.deleteIndices();
    const saying = apps.nextReason(app, new RegExp(`grant .*${missing}`));
    const ELASTICSEARCH_API_KEY = await cluster.apiKey(group, less);
    const process = apps.start(app, { ...apps.login(app), SINK_GROUP: group, ELASTICSEARCH_API_KEY });
    await saying.then(
      (sentence) => say(`${app} without the privilege ${missing}: ${sentence}`),
      (error: unknown) => shortfalls.push(`without the privilege ${missing}, ${String(error)}`),
    );
    await process.stop();
  }
  return all.length;
}
