import { setTimeout as delay } from 'node:timers/promises';
import { accessControl } from '@sluice/kafka/testing';
import { contracts, topicName } from '@sluice/contracts';
import { auditShortfalls, auditTopics, withoutBadReadings } from '../../harness/audit.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';
import { accessLists } from '../../secured/access-list.ts';
import { auditRole, elasticsearchAdmin, sinkRole } from '../../secured/elasticsearch-keys.ts';
import { otherLogins, triedApp, wrongSettings } from '../../secured/logins.ts';
import { withoutEachPrivilegeOf, withoutEachRight, type Judge } from '../../secured/missing-rights.ts';
import { passwordOf, securedApps, untilReady, userOf, type SecuredApps } from '../../secured/secured-apps.ts';
import { launchSecuredServers } from '../../secured/secured-servers.ts';

const secured: Scenario = {
  sentence:
    'Every app works over TLS and SCRAM-SHA-512 with the rights of infra/kafka/acls.yaml and no more. Without one of them, or with a wrong setting, its log has one sentence that says what to do.',
  run,
};
export default secured;

const flowMs = 30_000;
const destinations = ['elasticsearch', 'gcs', 's3', 'bigquery', 'opensearch', 'postgres'];

async function run({ say, folder, signal }: ScenarioContext): Promise<ScenarioResult> {
  const judge: Judge = { say, signal, shortfalls: [] };
  const lists = await accessLists();
  say('starting servers: Kafka with TLS, logins and an authorizer, Elasticsearch with security');
  const plainUser = { name: userOf(triedApp), password: passwordOf(triedApp) };
  const servers = await launchSecuredServers(folder, plainUser);
  const { environment } = servers.stack;
  const control = await accessControl(environment['KAFKA_BROKERS'] ?? '');
  let apps: SecuredApps | undefined;
  try {
    const cluster = elasticsearchAdmin(servers);
    const role = await sinkRole();
    apps = await securedApps(servers, folder, { ELASTICSEARCH_API_KEY: await cluster.apiKey('sink', role) }, signal);
    const given = { apps, servers, control };
    say('preparing the topics, by apps that may do all in Kafka');
    await prepareTopics(apps, [...lists.keys()]);
    for (const [app, rights] of lists) {
      await control.createUser(userOf(app), passwordOf(app));
      await control.grant(userOf(app), rights);
    }
    const auditKey = await cluster.apiKey('audit', auditRole);
    const records = await mainJob(apps, [...lists.keys()], { ...environment, ELASTICSEARCH_API_KEY: auditKey }, judge);
    const logins = await otherLogins(given, lists.get(triedApp) ?? [], judge);
    const mistakes = await wrongSettings(given, judge);
    const privileges = await withoutEachPrivilegeOf('sinks/elasticsearch', role, given, judge);
    const rights = await withoutEachRight(apps, control, lists, judge);
    return {
      counted: [
        ['apps over TLS and SCRAM-SHA-512', lists.size],
        ['records delivered', records],
        ['other logins', logins],
        ['wrong settings', mistakes],
        ['privileges of Elasticsearch taken away', privileges],
        ['rights of Kafka taken away', `${rights} of ${[...lists.values()].flat().length}`],
      ],
      shortfalls: judge.shortfalls,
    };
  } finally {
    await apps?.close();
    await control.close();
    await servers.stack.stop();
  }
}

async function prepareTopics(apps: SecuredApps, names: readonly string[]): Promise<void> {
  const running = names.map((app) => apps.start(app, {}));
  await Promise.all(running.map(untilReady)).finally(() => Promise.all(running.map((app) => app.stop())));
}

/** All apps, over TLS and SCRAM; then the audit. @returns how many records were delivered to Elasticsearch */
async function mainJob(
  apps: SecuredApps,
  names: readonly string[],
  auditEnvironment: Readonly<Record<string, string>>,
  { say, signal, shortfalls }: Judge,
): Promise<number> {
  say(`all ${names.length} apps work over TLS and SCRAM-SHA-512 with their own rights`);
  const running = new Map(names.map((app) => [app, apps.start(app, apps.login(app))]));
  try {
    await Promise.all([...running.values()].map(untilReady));
    await delay(flowMs, undefined, { signal });
    for (const [app, process] of running) if (app.startsWith('sources/')) await process.stop();
    const topics = contracts.map(topicName);
    const audits = (await auditTopics(auditEnvironment, topics, destinations, 180)).map(withoutBadReadings);
    for (const audit of audits) shortfalls.push(...auditShortfalls(audit));
    const delivered = audits.filter(({ destination }) => destination === 'elasticsearch');
    for (const topic of ['host-metrics', 'iot-readings', 'iot-events', 'tweets', 'video-events'])
      if (delivered.every((audit) => audit.topic !== topic || audit.totals.records === 0))
        shortfalls.push(`no record was published to ${topic}`);
    return delivered.reduce((sum, { totals }) => sum + totals.records, 0);
  } finally {
    await Promise.all([...running.values()].map((process) => process.stop()));
  }
}
