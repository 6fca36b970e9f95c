import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '@sluice/config';
import { connectKafka, headerText, idHeader, kafkaSettings, type KafkaClient } from '@sluice/kafka';
import {
  deadLetterTopic,
  hostMetrics,
  iotEvent,
  iotReading,
  topicName,
  tweet,
  type EventContract,
} from '@sluice/contracts';
import type { FoundEvent, WhereAnswer } from '@sluice/operations';
import { createLogger } from '@sluice/telemetry';
import { launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { runCommand } from '../harness/run-command.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../harness/scenario.ts';
import { unpacedLoads } from '../loads/unpaced-loads.ts';

const where: Scenario = {
  sentence:
    'sluice where finds a tweet, a reading, its enriched event and a metric in Kafka, Elasticsearch, Cloud Storage and BigQuery, by id and by place, and the times of its life add up.',
  run,
};
export default where;

const tweets = 300;
const patienceMs = 240_000;
/** Objects and loads soon, so that the scenario takes minutes. */
const smallWaits = { GCS_OBJECT_WAIT_MS: '3000', GCS_SMALL_OBJECT_WAIT_MS: '3000' };
const soonLoads = { BIGQUERY_PROJECT: 'local', BIGQUERY_GATHER_MS: '2000', ...unpacedLoads };

async function run({ say, folder, seed, signal }: ScenarioContext): Promise<ScenarioResult> {
  say('starting the servers');
  const stack = await launchStack({
    name: `scenario-${process.pid}`,
    only: ['kafka', 'registry', 'elasticsearch', 'gcs', 'bigquery'],
    quiet: true,
  });
  const environment = { ...stack.environment, BIGQUERY_PROJECT: 'local', ELASTICSEARCH_REPLICAS: '0' };
  const running = new Set<AppProcess>();
  const start = (app: string, settings: Record<string, string> = {}): AppProcess => {
    const logFile = join(folder, `${app.replaceAll('/', '-')}.log`);
    const process = startAppProcess({ folder: app, environment: { ...environment, ...settings }, logFile });
    running.add(process);
    void process.exited.then(() => running.delete(process));
    return process;
  };
  let kafka: KafkaClient | undefined;
  try {
    say(`writing ${tweets} synthetic tweets (seed ${seed})`);
    const data = join(folder, 'data');
    const writer = { SIMULATOR_WRITE: data, SIMULATOR_WRITE_TWEETS: String(tweets), SIMULATOR_SEED: String(seed) };
    if ((await start('ops/x-simulator', writer).exited) !== 0) throw new Error('the tweets could not be written');
    say('starting the apps');
    start('sources/tweets', { TWEETS_REPLAY: data });
    start('sources/host-metrics');
    start('sources/iot', { IOT_READINGS_PER_SECOND: '20' });
    start('processors/iot-enrich');
    start('sinks/elasticsearch');
    start('sinks/gcs', smallWaits);
    start('sinks/bigquery', soonLoads);
    const logger = createLogger({ app: 'scenario', level: 'warn', format: 'json', to: 'stderr' });
    const config = loadConfig('scenario', kafkaSettings, stack.environment);
    kafka = await connectKafka({ config, clientId: 'scenario', logger, signal });
    const looks: Look[] = [];
    for (const contract of [tweet, iotReading, hostMetrics]) {
      const id = await idIn(kafka, topicName(contract), signal);
      say(`looking for ${contract.topic} ${id}`);
      looks.push(...(await lookFor(contract, id, environment, signal)));
    }
    say('looking for a dead letter');
    const letters = await placeIn(kafka, deadLetterTopic(topicName(iotReading)), signal);
    const deadLetter = await ask(letters, environment);
    return result(looks, deadLetter);
  } finally {
    await Promise.all([...running].map((app) => app.stop()));
    await kafka?.disconnect();
    await stack.stop();
  }
}

interface Look {
  how: string;
  contract: string;
  event: FoundEvent | undefined;
  seconds: number;
}

interface Asked {
  code: number | null;
  answer: WhereAnswer;
  seconds: number;
}

/** By id until BigQuery has it, too, and then by its place. A reading's id is that of its enriched event. */
async function lookFor(
  contract: EventContract,
  id: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Look[]> {
  const topics = contract === iotReading ? [topicName(contract), topicName(iotEvent)] : [topicName(contract)];
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    signal.throwIfAborted();
    const byId = await ask(id, environment);
    const events = topics.map((topic) => byId.answer.events.find((one) => one.topic === topic));
    const isThere = events.every((event) => event !== undefined && missing(event).length === 0);
    if (!isThere && performance.now() < deadlineMs) {
      await delay(2_000, undefined, { signal });
      continue;
    }
    const [{ kafka } = { kafka: undefined }] = events.filter((event) => event !== undefined);
    const place = kafka?.state === 'found' ? kafka.locator : '';
    const byPlace = await ask(place, environment);
    return [
      ...topics.map((topic, at) => ({ how: 'id', contract: topic, event: events[at], seconds: byId.seconds })),
      { how: 'place', contract: topicName(contract), event: byPlace.answer.events[0], seconds: byPlace.seconds },
    ];
  }
}

async function ask(asked: string, environment: Readonly<Record<string, string>>): Promise<Asked> {
  const startedMs = performance.now();
  const { code, stdout, stderr } = await runCommand(
    `${process.execPath} apps/ops/cli/src/main.ts where ${asked} --json`,
    environment,
  );
  const seconds = (performance.now() - startedMs) / 1000;
  if (!stdout.startsWith('{')) throw new Error(`sluice where ${asked} ended with ${code}: ${stderr.trim()}`);
  return { code, answer: JSON.parse(stdout) as WhereAnswer, seconds };
}

/** The places where an event is not. */
function missing({ kafka, document, object, row }: FoundEvent): string[] {
  return Object.entries({ kafka, document, object, row }).flatMap(([name, finding]) =>
    finding.state === 'found' ? [] : [`${name}: ${finding.why}`],
  );
}

/** What does not add up in an event's life. */
function lifeFaults({ life }: FoundEvent): string[] {
  const { steps, totalMs, unknown } = life;
  const sum = steps.reduce((so, { sinceMs }) => so + sinceMs, 0);
  const span = (steps.at(-1)?.atMs ?? 0) - (steps[0]?.atMs ?? 0);
  return [
    ...unknown.map(({ name, why }) => `when it was ${name} is unknown: ${why}`),
    ...(steps.length === 5 ? [] : [`${steps.length} steps of its life are known, not 5`]),
    ...(sum === totalMs && span === totalMs ? [] : [`its steps take ${sum} ms together, and its life ${totalMs} ms`]),
    ...(steps.every(({ sinceMs }) => sinceMs >= 0) ? [] : ['a step lies before the one before it']),
  ];
}

function result(looks: readonly Look[], deadLetter: Asked): ScenarioResult {
  const letters = deadLetter.answer.events.flatMap(({ deadLetters }) => deadLetters);
  return {
    counted: [
      ...looks.map(({ how, contract, event }): [string, string] => [
        `${contract} by ${how}`,
        event === undefined
          ? 'not found'
          : event.life.steps.map(({ name, sinceMs }) => `${name} +${(sinceMs / 1000).toFixed(2)} s`).join(', '),
      ]),
      [
        'a dead letter by its place',
        letters[0] === undefined ? 'not found' : `${letters[0].by}: ${letters[0].errorClass}`,
      ],
      ['slowest answer, in seconds', Math.max(...looks.map(({ seconds }) => seconds)).toFixed(1)],
    ],
    shortfalls: [
      ...looks.flatMap(({ how, contract, event }) =>
        event === undefined
          ? [`${contract} was not found by ${how}`]
          : [...missing(event), ...lifeFaults(event)].map((fault) => `${contract} by ${how}: ${fault}`),
      ),
      ...(letters.length > 0 ? [] : ['a dead letter was not found by its place']),
    ],
  };
}

/** The id of a record in a topic, once it has some. */
async function idIn(kafka: KafkaClient, topic: string, signal: AbortSignal): Promise<string> {
  const record = await recordIn(kafka, topic, signal);
  if (record.id === undefined) throw new Error(`the record ${record.place} has no header ${idHeader}`);
  return record.id;
}

const placeIn = async (kafka: KafkaClient, topic: string, signal: AbortSignal): Promise<string> =>
  (await recordIn(kafka, topic, signal)).place;

async function recordIn(
  kafka: KafkaClient,
  topic: string,
  signal: AbortSignal,
): Promise<{ id: string | undefined; place: string }> {
  const deadlineMs = performance.now() + patienceMs;
  let found: { id: string | undefined; place: string } | undefined;
  while (found === undefined) {
    if (performance.now() > deadlineMs) throw new Error(`${topic} has no records`);
    await delay(1_000, undefined, { signal });
    const ranges = ((await kafka.ends(topic)) ?? []).map(({ partition, first, end }) => ({
      partition,
      from: first,
      to: end,
    }));
    await kafka.readRanges(
      topic,
      ranges,
      ([record], partition) => {
        if (record === undefined) return undefined;
        found = { id: headerText(record.headers, idHeader), place: `${topic}:${partition}:${record.offset}` };
        return 'enough';
      },
      signal,
    );
  }
  return found;
}
