import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '@sluice/config';
import { connectKafka, kafkaSettings, schemaRegistrySettings, type KafkaClient } from '@sluice/kafka';
import { tweet, tweetGap, type Tweet, type TweetGap } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { seededRandom } from '@sluice/random';
import { createLogger } from '@sluice/telemetry';
import { eventually, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { unmatchedGaps } from '../../read-back/matched-gaps.ts';
import { addressIn } from '../../harness/address-in-log.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';
import { simulatorControl, type SimulatorRecord } from '../../harness/simulator-control.ts';
import { eachEvent } from '../../read-back/topic-events.ts';

const tweets: Scenario = {
  sentence:
    'With x-simulator (synthetic tweets, hours in minutes), every fault in turn, then a random mix of them, and the source killed: every deliverable tweet is in the topic once, and the ledger has every gap.',
  run,
};
export default tweets;

/** A second is a minute. */
const speed = 60;
const behindSeconds = 6 * 3600;
const perSecond = 2;
const token = 'synthetic';
/** What of the stream is undisturbed between two faults, in real time: more than a recovery takes. */
const calmMs = 1_800;
const patienceMs = 60_000;
/** How far the clocks of the simulator and the source may be apart, in their own time. */
const toleranceMs = 60_000;
const fuzzySeconds = 10;

const faults = [
  'silence',
  'drop',
  'break-off',
  'operational',
  'duplicate',
  'disorder',
  'malformed',
  'rate-limit',
  'too-many-connections',
  'unavailable',
  'refused',
  'no-answer',
  'unauthorized',
  'search-rate-limit',
  'search-unavailable',
] as const;

async function run({ say, folder, rounds = 25, seed, signal }: ScenarioContext): Promise<ScenarioResult> {
  say('starting Kafka and the registry');
  const stack = await launchStack({ name: `scenario-${process.pid}`, only: ['kafka', 'registry'], quiet: true });
  const logger = createLogger({ app: 'scenario', level: 'warn', format: 'json', to: 'stderr' });
  const certificate = join(folder, 'x-simulator.pem');
  const simulatorLog = join(folder, 'x-simulator.log');
  const running: AppProcess[] = [];
  let kafka: KafkaClient | undefined;
  try {
    const simulator = startAppProcess({
      folder: 'ops/x-simulator',
      environment: {
        SIMULATOR_CERTIFICATE_FILE: certificate,
        SIMULATOR_TOKEN: token,
        SIMULATOR_SEED: String(seed),
        SIMULATOR_CLOCK_SPEED: String(speed),
        SIMULATOR_BEHIND_SECONDS: String(behindSeconds),
        SIMULATOR_TWEETS_PER_SECOND: String(perSecond),
        SIMULATOR_BACKFILL: 'true',
      },
      logFile: simulatorLog,
    });
    running.push(simulator);
    const url = await addressIn(simulatorLog);
    const control = simulatorControl(url, certificate, token);
    const start = (backfillMinutes: number): AppProcess => {
      const source = startAppProcess({
        folder: 'sources/tweets',
        environment: {
          ...stack.environment,
          X_API_URL: url,
          X_BEARER_TOKEN: token,
          X_CA_FILE: certificate,
          X_CLOCK_SPEED: String(speed),
          X_SILENCE_MS: '40000',
          X_BACKFILL_MINUTES: String(backfillMinutes),
        },
        logFile: join(folder, 'tweets.log'),
      });
      running.push(source);
      return source;
    };
    /** Waits until the stream flows again, and a while longer. */
    const calm = async () => {
      await eventually(async () => {
        signal.throwIfAborted();
        const { gaps, sent } = await control.record();
        if (sent.posts === 0 || gaps.some(({ toMs }) => toMs === undefined))
          throw new Error('the stream does not flow');
      }, patienceMs);
      await delay(calmMs);
    };
    const random = seededRandom(seed);

    let source = start(0);
    say('every fault in turn');
    for (const fault of faults) {
      await calm();
      say(fault);
      await control.fault(fault, 2);
      // These show only when something is asked for.
      if (fault.startsWith('search-') || fault === 'unauthorized') await control.fault('drop');
    }
    await calm();
    say('killing the source, and starting it with backfill');
    await source.kill();
    source = start(5);
    say(`a mix of ${rounds} faults (seed ${seed})`);
    for (let round = 0; round < rounds; round++) {
      await calm();
      if (round === Math.floor(rounds / 2)) {
        say('killing the source');
        await source.kill();
        source = start(0);
      } else await control.fault(random.pick(faults), random.whole(1, 3));
    }
    await calm();
    say('no more tweets; waiting for what is still to be recovered');
    await control.stopPosting();

    const config = loadConfig('scenario', { ...kafkaSettings, ...schemaRegistrySettings }, stack.environment);
    const client = (kafka = await connectKafka({ config, clientId: 'scenario', logger, signal }));
    const access = { kafka: client, codec: createCodec({ url: config.SCHEMA_REGISTRY_URL }), signal };
    const look = async () => {
      const events: Tweet[] = [];
      const ledger: TweetGap[] = [];
      await eachEvent(access, tweet, (event) => void events.push(event));
      await eachEvent(access, tweetGap, (event) => void ledger.push(event));
      return { events, ledger, record: await control.record() };
    };
    let found = await look();
    let judged = judge(found);
    for (
      const until = performance.now() + patienceMs;
      judged.length > 0 && performance.now() < until;
      await delay(2_000)
    ) {
      signal.throwIfAborted();
      found = await look();
      judged = judge(found);
    }
    const { events, ledger, record } = found;
    const hours = (record.nowMs - (Date.now() - behindSeconds * 1000)) / 3_600_000;
    await source.stop();
    return {
      counted: [
        ["hours of the simulator's time", hours.toFixed(1)],
        ['deliverable tweets (synthetic)', record.deliverable.length],
        ['tweets in the topic', events.length],
        ['  by the stream', events.filter(({ delivered_by }) => delivered_by === 'STREAM').length],
        ['  by backfill', events.filter(({ delivered_by }) => delivered_by === 'BACKFILL').length],
        ['  by search', events.filter(({ delivered_by }) => delivered_by === 'SEARCH').length],
        ['deliveries that were duplicates', record.sent.duplicates + record.sent.backfilled],
        ['gaps, as the simulator knows', record.gaps.length],
        ['gaps in the ledger', ledger.length],
        ['deleted before they could be had', record.gaps.reduce((sum, { gone }) => sum + gone, 0)],
        ['seed', seed],
      ],
      shortfalls: judged,
    };
  } finally {
    await Promise.all(running.map((app) => app.kill()));
    await kafka?.disconnect();
    await stack.stop();
  }
}

function judge(found: { events: readonly Tweet[]; ledger: readonly TweetGap[]; record: SimulatorRecord }): string[] {
  const { events, ledger, record } = found;
  const counts = new Map<string, number>();
  for (const { id } of events) counts.set(id, (counts.get(id) ?? 0) + 1);
  const lost = record.deliverable.filter((id) => !counts.has(id)).length;
  const duplicates = [...counts.values()].filter((count) => count > 1).length;
  const deliverable = new Set(record.deliverable);
  const unknown = [...counts.keys()].filter((id) => !deliverable.has(id)).length;
  const unlabelled = events.filter(({ synthetic }) => !synthetic).length;
  return [
    ...(lost > 0 ? [`${lost} tweets are lost`] : []),
    ...(duplicates > 0 ? [`${duplicates} tweets are in the topic more than once`] : []),
    ...(unknown > 0 ? [`${unknown} tweets were never to be delivered`] : []),
    ...(unlabelled > 0 ? [`${unlabelled} tweets are not labelled as synthetic`] : []),
    ...unmatchedGaps(ledger, record.gaps, toleranceMs, fuzzySeconds * perSecond),
  ];
}
