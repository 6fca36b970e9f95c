import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '@sluice/config';
import { connectKafka, kafkaSettings, type KafkaClient } from '@sluice/kafka';
import { hostMetrics, indexName, tableName, tweet } from '@sluice/contracts';
import { createLogger } from '@sluice/telemetry';
import { eventually, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { auditDestinations, auditShortfalls } from '../harness/audit.ts';
import { objectLines } from '../read-back/object-lines.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../harness/scenario.ts';
import { queriedRows } from '../read-back/queried-rows.ts';
import { unpacedLoads } from '../loads/unpaced-loads.ts';

const oldEvents: Scenario = {
  sentence:
    'Tweets of 2006, of 2018 and of tomorrow afternoon are replayed while no sink runs, and the broker applies retention three times: all are delivered once, in the index, the object and the partition of their day.',
  run,
};
export default oldEvents;

const tweetsOfEach = 200;
const patienceMs = 180_000;
/** The broker looks so often for what it may delete. */
const checkMs = 1_000;
const checks = 3;
const destinations = ['elasticsearch', 'gcs', 'bigquery'];

const dayMs = 86_400_000;
const day = (time: Date): string => time.toISOString().slice(0, 10);

async function run({ say, folder, signal }: ScenarioContext): Promise<ScenarioResult> {
  const tomorrowAfternoon = Math.floor(Date.now() / dayMs + 1) * dayMs + (15 / 24) * dayMs;
  const days = [Date.parse('2006-03-21T20:50:14Z'), Date.parse('2018-08-15T10:00:00Z'), tomorrowAfternoon].map(
    (timeMs) => new Date(timeMs),
  );
  const archive = join(folder, 'archive');
  await mkdir(archive);
  await writeFile(join(archive, 'tweets.jsonl'), days.flatMap(tweetLines).join('\n'));

  say(`starting all servers; Kafka looks every ${checkMs} ms for what is older than its 7 days`);
  const stack = await launchStack({
    name: `scenario-${process.pid}`,
    only: ['kafka', 'registry', 'elasticsearch', 'gcs', 'bigquery'],
    quiet: true,
    settings: {
      STACK_KAFKA_PROPERTIES: `log.retention.check.interval.ms=${checkMs} log.initial.task.delay.ms=${checkMs} log.segment.delete.delay.ms=100`,
    },
  });
  const { environment } = stack;
  const config = loadConfig('scenario', kafkaSettings, environment);
  const logger = createLogger({ app: 'scenario', level: 'warn', format: 'json', to: 'stderr' });
  const running: AppProcess[] = [];
  const start = (name: string, app: string, settings: Record<string, string>) => {
    const started = startAppProcess({
      folder: app,
      environment: { ...environment, ...settings },
      logFile: join(folder, `${name}.log`),
    });
    running.push(started);
    return started;
  };
  let kafka: KafkaClient | undefined;
  try {
    const client = (kafka = await connectKafka({ config, clientId: 'scenario', logger, signal }));
    const recordsIn = async (topic: string): Promise<number> => {
      let records = 0;
      await client.read(topic, () => void records++, signal);
      return records;
    };

    say(`replaying ${days.length * tweetsOfEach} tweets`);
    const code = await start('tweets', 'sources/tweets', { TWEETS_REPLAY: archive }).exited;
    if (code !== 0) throw new Error(`the source ended with ${code}`);

    say('publishing events as a producer does that uses the event time as the timestamp, until Kafka has deleted them');
    await client.ensureTopics([hostMetrics.topic], { signal });
    const producer = await client.producer();
    const timestampMs = days[0]?.getTime() ?? 0;
    for (let check = 0; check < checks; check++) {
      await producer.send(
        hostMetrics.topic,
        Array.from({ length: 10 }, (_, n) => ({ key: `host-${n}`, value: Buffer.from('old'), timestampMs })),
      );
      await eventually(async () => {
        signal.throwIfAborted();
        const ends = (await client.ends(hostMetrics.topic)) ?? [];
        if (ends.some(({ first, end }) => first < end)) throw new Error('Kafka has not deleted them yet');
      }, patienceMs);
    }
    await producer.disconnect();
    const kept = await recordsIn(tweet.topic);

    say('starting the sinks');
    const topics = { SINK_TOPICS: tweet.topic };
    start('elasticsearch', 'sinks/elasticsearch', { ...topics, ELASTICSEARCH_REPLICAS: '0' });
    // A later day ends an object, however small it is.
    const soon = { GCS_OBJECT_WAIT_MS: '1000', GCS_SMALL_OBJECT_WAIT_MS: '1000', GCS_SMALL_OBJECT_BYTES: '0' };
    start('gcs', 'sinks/gcs', { ...topics, ...soon });
    start('bigquery', 'sinks/bigquery', { BIGQUERY_GATHER_MS: '500', ...unpacedLoads });
    say('auditing');
    const audits = await auditDestinations(environment, tweet.topic, destinations, patienceMs / 1000);
    const [expired] = await auditDestinations(environment, hostMetrics.topic, ['elasticsearch'], 0);

    const rows = new Map(
      (
        await queriedRows(
          environment,
          `SELECT CAST(DATE(created_at) AS STRING), COUNT(DISTINCT id) FROM \`${environment['BIGQUERY_PROJECT']}.${tableName(tweet, 'sluice')}\` GROUP BY 1`,
        )
      ).map(([date, count]) => [date ?? '', Number(count)]),
    );
    const lines = await objectLines(environment, 'sluice', `${tweet.topic}/`);
    const inFolder = (date: string): number =>
      lines.filter(
        ({ object, line }) => object.includes(`/date=${date}/`) && String(line['created_at']).startsWith(date),
      ).length;

    const counted: [string, string | number][] = [
      ['tweets replayed', days.length * tweetsOfEach],
      [`in the topic after ${checks} retention checks`, kept],
    ];
    const shortfalls = [
      ...(kept === days.length * tweetsOfEach ? [] : [`${kept} tweets are left in the topic`]),
      ...audits.flatMap(auditShortfalls),
      ...(lines.length === days.length * tweetsOfEach ? [] : [`${lines.length} lines are in the objects`]),
    ];
    for (const time of days) {
      const date = day(time);
      const index = indexName(tweet)(time.getTime());
      const found = { [`documents in ${index}`]: await documentsIn(environment, index) };
      found[`lines in objects of date=${date}`] = inFolder(date);
      found[`rows of ${date}`] = rows.get(date) ?? 0;
      for (const [what, count] of Object.entries(found)) {
        counted.push([what, count]);
        if (count !== tweetsOfEach) shortfalls.push(`${count} ${what}`);
      }
    }
    counted.push(['really deleted before delivery, as the audit says', expired?.totals.expired ?? 0]);
    if (expired?.ok !== false || expired.totals.expired < 10 * checks)
      shortfalls.push('the audit does not say how many records were deleted before they were delivered');
    return { counted, shortfalls };
  } finally {
    await Promise.all(running.map((app) => app.stop()));
    await kafka?.disconnect();
    await stack.stop();
  }
}

/** Posts of one moment, as API v1.1 had them. */
function tweetLines(time: Date): string[] {
  const [weekday, dayOfMonth, month, year, clock] = time.toUTCString().replace(',', '').split(' ');
  return Array.from({ length: tweetsOfEach }, (_, n) =>
    JSON.stringify({
      id_str: `${time.getTime()}${String(n).padStart(4, '0')}`,
      full_text: `synthetic post number ${n}`,
      created_at: `${weekday} ${month} ${dayOfMonth} ${clock} +0000 ${year}`,
      user: { id_str: String(n % 7), screen_name: `user${n % 7}` },
    }),
  );
}

async function documentsIn({ ELASTICSEARCH_URL: url = '' }: Readonly<Record<string, string>>, index: string) {
  await fetch(`${url}/${index}/_refresh`, { method: 'POST' });
  const answer = await fetch(`${url}/${index}/_count`);
  return answer.ok ? ((await answer.json()) as { count: number }).count : 0;
}
