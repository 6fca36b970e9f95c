import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostname } from 'node:os';
import { testKafka, type TestKafka } from '@sluice/kafka/testing';
import { prometheusPrograms } from '@sluice/kubernetes/prometheus';
import { hostMetrics, videoEvent } from '@sluice/contracts';
import { alertRules, alertThresholds } from '@sluice/telemetry';
import { eventually, httpProxy, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { oddSchemas } from '../../hostile/odd-schemas.ts';
import { runCommand } from '../../harness/run-command.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';
import { startOnlookers, type Onlookers } from '../../monitoring/onlookers.ts';
import { startPrometheus, type ActiveAlert, type Prometheus } from '../../monitoring/prometheus.ts';

const alertsScenario: Scenario = {
  sentence:
    'A real Prometheus scrapes real apps. Elasticsearch stops, a record becomes a dead letter, a source falls silent, the registry hangs, and a document is deleted behind the back of Sluice: metrics, page and command line say so within 15 s, the alert of each fires, and all clear when the cause is gone.',
  run,
};
export default alertsScenario;

/** How soon metrics, page and command line must say that something is wrong. */
const promisedSeconds = 15;
/** Page and command line call a source silent after a minute. */
const silentAfterSeconds = 60;
const patienceMs = 120_000;

/** Shorter than usual, so that a run takes minutes, not an hour; the rules are the same. */
const thresholds = {
  ...alertThresholds,
  overdueSeconds: 10,
  silentSeconds: 20,
  notReadySeconds: 10,
  downSeconds: 5,
  shownSeconds: 20,
};

const sink = 'app="elasticsearch"';
const lateBecause = /\d+ s old: Elasticsearch unreachable since \d\d:\d\d:\d\d/;

/** What the steps need. */
interface Watched {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  readonly prometheus: Prometheus;
  readonly onlookers: Onlookers;
  readonly count: (what: string, value: string | number) => void;
  readonly fail: (sentence: string) => void;
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { say, folder, signal } = context;
  const counted: [string, string | number][] = [];
  const shortfalls: string[] = [];
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const programs = await prometheusPrograms();
    const checked = await runCommand(`${programs.promtool} check rules infra/prometheus/alerts.yml`);
    counted.push(['promtool on infra/prometheus/alerts.yml', checked.stdout.trim().split('\n').at(-1) ?? '']);
    if (checked.code !== 0) shortfalls.push(`promtool refuses the rules: ${checked.stdout}${checked.stderr}`);

    say('starting Kafka, the registry and Elasticsearch');
    const stack = await launchStack({
      name: `scenario-${process.pid}`,
      only: ['kafka', 'registry', 'elasticsearch'],
      quiet: true,
    });
    closing.push(() => stack.stop());
    const registryUrl = new URL(stack.environment['SCHEMA_REGISTRY_URL'] ?? '');
    let isHung = false;
    const registry = await httpProxy({
      target: registryUrl.origin,
      answering: (_, forward) => (isHung ? 'silence' : forward()),
    });
    closing.push(() => registry.close());
    const kafka = await testKafka(stack.environment['KAFKA_BROKERS'] ?? '');
    closing.push(() => kafka.disconnect());

    const environment = { ...stack.environment, SCHEMA_REGISTRY_URL: `${registry.url}${registryUrl.pathname}` };

    const player = playerLog(join(folder, 'player.log'));
    closing.push(async () => player.end());
    const start = (name: string, app: string): AppProcess => {
      const running = startAppProcess({
        folder: app,
        environment: {
          ...environment,
          ELASTICSEARCH_REPLICAS: '0',
          SINK_TOPICS: `${hostMetrics.topic},${videoEvent.topic}`,
          VIDEO_EVENTS_FILES: player.path,
        },
        logFile: join(folder, `${name}.log`),
      });
      closing.push(() => running.stop());
      return running;
    };
    const apps = {
      'host-metrics': await start('host-metrics', 'sources/host-metrics').telemetryUrl,
      'video-events': await start('video-events', 'sources/video-events').telemetryUrl,
      elasticsearch: await start('elasticsearch', 'sinks/elasticsearch').telemetryUrl,
    };
    const onlookers = await startOnlookers({ environment, apps, folder, signal });
    closing.push(() => onlookers.close());
    const targets = [...Object.values(apps), onlookers.telemetryUrl].map((url) => new URL(url).host);
    const rules = alertRules({ selector: 'job="sluice"', roles: ['sink', 'processor'], thresholds });
    const prometheus = await startPrometheus({ program: programs.prometheus, folder, targets, rules });
    closing.push(() => prometheus.stop());
    const watched: Watched = {
      ...{ say, signal, prometheus, onlookers },
      count: (what, value) => void counted.push([what, value]),
      fail: (sentence) => void shortfalls.push(sentence),
    };

    await allClear(watched, 'the start');
    await elasticsearchStops(watched, {
      stop: () => stack.kill('elasticsearch'),
      start: () => stack.restore('elasticsearch'),
    });
    await deadLetter(watched, kafka);
    await sourceFallsSilent(watched, player);
    await registryHangs(watched, {
      kafka,
      registryUrl: registryUrl.href,
      hang: (hung) => void (isHung = hung),
    });
    await auditFails(watched, stack.environment['ELASTICSEARCH_URL'] ?? '');
  } finally {
    for (const close of closing.reverse()) await close().catch(() => {});
  }
  return { counted, shortfalls };
}

async function elasticsearchStops(
  watched: Watched,
  elasticsearch: { stop(): Promise<void>; start(): Promise<void> },
): Promise<void> {
  const { say, prometheus, onlookers, count, fail } = watched;
  say('Elasticsearch stops');
  await elasticsearch.stop();
  await says(watched, 'Elasticsearch stops', {
    metrics: `app_ready{${sink}} == 0 and on (app) max by (app) (sink_overdue_seconds{${sink}}) > 1`,
    page: ['/freshness', /Elasticsearch at \S+ unreachable since \d\d:\d\d:\d\d/],
    command: ['status', /elasticsearch is not ready since \S+: destination: [^\n]+/],
  });
  const [ageBefore, lagBefore] = [await oldest(prometheus), await lag(prometheus)];
  const startedMs = performance.now();
  await fires(watched, 'SluiceBehind', ({ labels }) => labels['topic'] === hostMetrics.topic);
  await fires(watched, 'SluiceNotReady', ({ labels }) => labels['part'] === 'destination');
  const [ageAfter, lagAfter] = [await oldest(prometheus), await lag(prometheus)];
  const passed = (performance.now() - startedMs) / 1000;
  count('  the oldest record is older by, in s', `${(ageAfter - ageBefore).toFixed(1)} in ${passed.toFixed(1)} s`);
  // Scrapes and evaluations are a second apart.
  if (Math.abs(ageAfter - ageBefore - passed) > 4) fail('the age of the oldest record does not grow with the clock');
  count('  the page gives as the reason', await onlookers.pageShows('/freshness', lateBecause));
  count('  the lag, in records', `${lagBefore} → ${lagAfter}`);
  if (lagAfter <= lagBefore) fail('the lag does not grow while events come');
  say('Elasticsearch starts');
  await elasticsearch.start();
  await allClear(watched, 'Elasticsearch is back');
}

async function deadLetter(watched: Watched, kafka: TestKafka): Promise<void> {
  watched.say('a record that is not an event');
  const producer = await kafka.producer();
  await producer.send(videoEvent.topic, [{ key: 'x', value: Buffer.from('no Avro') }]);
  await producer.disconnect();
  await says(watched, 'a dead letter', {
    metrics: `sink_dead_letters_total{${sink},reason="undecodable"} == 1`,
    page: ['/dead-letters', /\d+ dead letters of \d+ cause/],
    command: ['dead-letters list', /undecodable/],
  });
  await fires(watched, 'SluiceDeadLetters', ({ labels }) => labels['topic'] === videoEvent.topic);
  await allClear(watched, 'no more came');
}

async function sourceFallsSilent(watched: Watched, player: PlayerLog): Promise<void> {
  watched.say('the player writes nothing more');
  player.pause();
  await says(
    watched,
    'a silent source',
    {
      metrics: `source_silence_seconds{app="video-events"} > 5`,
      page: ['/freshness', /nothing new for \d+ s, as video-events is silent/],
      command: ['status', /silent +.*it has published nothing to video-events for [^\n]+/],
    },
    silentAfterSeconds,
  );
  await fires(watched, 'SluiceSourceSilent', ({ labels }) => labels['app'] === 'video-events');
  const others = (await watched.prometheus.alerts()).filter(({ state }) => state === 'firing').map(({ name }) => name);
  watched.count('  alerts of a silent source', others.join(', '));
  if (others.some((name) => name !== 'SluiceSourceSilent'))
    watched.fail('a silent source looks like one that is behind');
  player.resume();
  await allClear(watched, 'the player writes again');
}

async function registryHangs(
  watched: Watched,
  { kafka, registryUrl, hang }: { kafka: TestKafka; registryUrl: string; hang: (hung: boolean) => void },
): Promise<void> {
  const { say } = watched;
  say(
    'the registry accepts connections and does not answer, and a record with a schema comes that the sink does not know',
  );
  const [event] = (await kafka.records(videoEvent.topic)).filter(({ value }) => value?.[0] === 0);
  if (event?.value === undefined || event.value === null) throw new Error('there is no event');
  const base = event.value.readUInt32BE(1);
  const [late] = await oddSchemas({ registryUrl, base, suffix: 'late' });
  if (late === undefined) throw new Error('there is no other schema');
  const value = Buffer.concat([event.value, late.bytes]);
  value.writeUInt32BE(late.id, 1);
  hang(true);
  const producer = await kafka.producer();
  await producer.send(videoEvent.topic, [{ key: 'late', value, timestampMs: Date.now() }]);
  await producer.disconnect();
  const part = 'waiting for the schema registry';
  await says(watched, 'a registry that hangs', {
    metrics: `app_not_ready_seconds{${sink},part=~"${part}.*"} > 0`,
    page: ['/freshness', /Schema registry at \S+ unreachable since \d\d:\d\d:\d\d/],
    command: ['status', /schema registry at \S+ does not answer: [^\n]+/],
  });
  await fires(watched, 'SluiceNotReady', ({ labels }) => labels['part']?.startsWith(part) === true);
  await fires(watched, 'SluiceBehind', ({ labels }) => labels['topic'] === videoEvent.topic);
  hang(false);
  await allClear(watched, 'the registry answers');
}

/** A document is deleted behind the back of Sluice, and put back. */
async function auditFails(watched: Watched, elasticsearchUrl: string): Promise<void> {
  const { say, onlookers, count, fail } = watched;
  const audit = `audit --topic ${videoEvent.topic} --destination elasticsearch`;
  say('an audit finds everything in place');
  const before = await onlookers.sluice(audit);
  if (before.code !== 0) fail(`the audit before has failed: ${before.stdout.slice(-400)}`);
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${elasticsearchUrl}${path}`, {
      ...{ method, headers: { 'content-type': 'application/json' } },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`Elasticsearch answers ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  type Hits = { hits: { hits: { _index: string; _id: string; _source: object }[] } };
  const { hits } = await call<Hits>('GET', `/${videoEvent.topic}/_search?size=1`);
  const [hit] = hits.hits;
  if (hit === undefined) throw new Error('there is no document');
  const path = `/${hit._index}/_doc/${encodeURIComponent(hit._id)}?refresh=true`;
  say('a document is deleted, and an audit runs');
  await call('DELETE', path);
  const after = await onlookers.sluice(audit);
  if (after.code !== 1) fail(`the audit ends with ${after.code}, though a document is gone`);
  await says(watched, 'an audit that fails', {
    metrics: `audit_found_records{topic="${videoEvent.topic}",destination="elasticsearch",found="missing"} == 1`,
    page: ['/audit', /1 of 1 differ/],
  });
  await fires(watched, 'SluiceAuditFailed', ({ labels }) => labels['found'] === 'missing');
  say('the document is put back, and an audit runs');
  await call('PUT', path, hit._source);
  const last = await onlookers.sluice(audit);
  count('  the audit after that ends with', last.code ?? '-');
  await allClear(watched, 'an audit without a fault');
}

/** Where something must be said. A view of the page and a command, with the text that says it. */
interface Said {
  readonly metrics: string;
  readonly page: readonly [view: string, text: RegExp];
  readonly command?: readonly [args: string, text: RegExp];
}

/** Waits until metrics, page and command line say something, and counts the seconds of each. */
async function says(watched: Watched, what: string, said: Said, pageAfterSeconds = 0): Promise<void> {
  const { signal, prometheus, onlookers, count, fail } = watched;
  const startedMs = performance.now();
  const note = (who: string, afterSeconds: number, text?: string) => {
    const seconds = (performance.now() - startedMs) / 1000;
    count(`${what}: seconds until the ${who} says so`, seconds.toFixed(1));
    if (text !== undefined) count('    in the words', text.trim().replaceAll(/\s+/g, ' '));
    if (seconds > afterSeconds + promisedSeconds)
      fail(`${what}: the ${who} said so only after ${seconds.toFixed(1)} s`);
  };
  const metrics = eventually(async () => {
    signal.throwIfAborted();
    if ((await prometheus.query(said.metrics)).length === 0)
      throw new Error(`the metrics do not show: ${said.metrics}`);
  }, patienceMs).then(() => note('metric', 0));
  const page = onlookers.pageShows(...said.page).then((text) => note('page', pageAfterSeconds, text));
  const command =
    said.command &&
    onlookers.commandShows(...said.command).then((text) => note('command line', pageAfterSeconds, text));
  await Promise.all([metrics, page, command]);
}

/** Waits until an alert fires that names what to do. */
async function fires(
  { signal, prometheus, count, fail }: Watched,
  name: string,
  isThis: (alert: ActiveAlert) => boolean,
): Promise<void> {
  const startedMs = performance.now();
  const alert = await eventually(async () => {
    signal.throwIfAborted();
    const found = (await prometheus.alerts()).find((one) => one.name === name && one.state === 'firing' && isThis(one));
    if (found === undefined) throw new Error(`the alert ${name} does not fire`);
    return found;
  }, patienceMs);
  count(`  ${name} after, in s`, ((performance.now() - startedMs) / 1000).toFixed(1));
  count('    says', alert.annotations['summary'] ?? '');
  if (!/^docs\/runbooks\/[a-z-]+\.md$/.test(alert.annotations['runbook'] ?? '')) fail(`${name} names no page`);
}

/** Waits until no alert is left and everything is delivered. */
async function allClear({ signal, prometheus, onlookers, count }: Watched, since: string): Promise<void> {
  const startedMs = performance.now();
  await eventually(async () => {
    signal.throwIfAborted();
    const alerts = await prometheus.alerts();
    if (alerts.length > 0) throw new Error(`there are alerts: ${alerts.map(({ name }) => name).join(', ')}`);
    const notReady = await prometheus.query('app_ready == 0');
    if (notReady.length > 0) throw new Error('an app is not ready');
    const inTime = await prometheus.query(`max(sink_overdue_seconds{${sink}}) < 8`);
    if (inTime.length === 0) throw new Error('the sink is behind');
    if ((await prometheus.query('up == 1')).length < 4) throw new Error('an app does not answer');
  }, patienceMs);
  await onlookers.seeNoProblem();
  count(`  all clear after ${since}, in s`, ((performance.now() - startedMs) / 1000).toFixed(1));
}

const single = async (prometheus: Prometheus, expression: string): Promise<number> =>
  (await prometheus.query(expression))[0]?.value ?? NaN;
const oldest = (prometheus: Prometheus) => single(prometheus, `max(sink_oldest_uncommitted_seconds{${sink}})`);
const lag = (prometheus: Prometheus) => single(prometheus, `sum(sink_lag_records{${sink}})`);

/** A player that writes a line twice a second. */
interface PlayerLog {
  readonly path: string;
  pause(): void;
  resume(): void;
  end(): void;
}

function playerLog(path: string): PlayerLog {
  writeFileSync(path, '');
  let isWriting = true;
  let lines = 0;
  const timer = setInterval(() => {
    if (!isWriting) return;
    const line = {
      ...{ board_id: `board-${lines++}`, playtime: 3, timestamp: new Date(), user_id: hostname(), interest: 'music' },
    };
    appendFileSync(path, `${JSON.stringify(line)}\n`);
  }, 500);
  return {
    path,
    pause: () => void (isWriting = false),
    resume: () => void (isWriting = true),
    end: () => clearInterval(timer),
  };
}
