import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { headerText, type KafkaClient } from '@sluice/kafka';
import { deadLetterTopic, videoEvent, type VideoEvent } from '@sluice/contracts';
import { prefixBytes, type Codec } from '@sluice/schema-registry';
import { startAppProcess, type AppProcess } from './app-process.ts';
import { committedRecords } from './committed-records.ts';
import { eventually } from './eventually.ts';
import { torturedLogs } from './tortured-logs.ts';

/** What came of a campaign. */
export interface TailCampaign {
  /** Lines that must be events, and bad lines that must be dead letters. */
  promised: number;
  bad: number;
  /** Promised or bad lines of which nothing came, and lines that came more than once. */
  lost: readonly string[];
  twice: readonly string[];
  /** Events that have the id of another. */
  sharedIds: number;
  /** Lines written between copying and truncating, or torn by it, and how many of them became events. */
  atRisk: number;
  atRiskArrived: number;
  kills: number;
  /** How often what was done to the files. */
  done: Readonly<Record<string, number>>;
}

const maxLineBytes = 4096;
/** So often what has arrived is looked up: reading a topic takes a second or two. */
const lookUpEvery = 20;
const patienceMs = 120_000;
const killProbability = 0.12;

/**
 * Runs the source `video-events` as a process on log files that are rotated in every way, and kills it (SIGKILL) at random, and counts
 * what is in Kafka in the end.
 *
 * @param options.environment the addresses of servers
 * @param options.folder gets the files, and the log of the source
 * @param options.run sets this campaign apart from others on the same servers: letters, digits and hyphens
 */
export async function tailCampaign(options: {
  kafka: KafkaClient;
  codec: Codec;
  environment: Readonly<Record<string, string>>;
  folder: string;
  run: string;
  rounds: number;
  random: () => number;
  signal: AbortSignal;
  say: (line: string) => void;
}): Promise<TailCampaign> {
  const { kafka, codec, environment, folder, run, rounds, random, signal, say } = options;
  const files = join(folder, 'files');
  mkdirSync(files, { recursive: true });
  const letters = deadLetterTopic(videoEvent.topic);
  await kafka.ensureTopics([videoEvent.topic, letters], { signal });
  const newEvents = await committedRecords(kafka, videoEvent.topic, signal);
  const newLetters = await committedRecords(kafka, letters, signal);

  const arrived = new Map<string, number>();
  const ids = new Map<string, number>();
  const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  const mark = new RegExp(`${run}-bad-\\d+\\.`);
  const lookUp = async () => {
    await newEvents(async ({ value, headers }) => {
      if (value === null) return;
      const schema = codec.cachedSchema(value) ?? (await codec.fetchSchema(value));
      const event = schema.decode(value.subarray(prefixBytes), videoEvent) as VideoEvent;
      if (!event.board_id.startsWith(`${run}-`)) return;
      count(arrived, event.board_id);
      count(ids, headerText(headers, 'sluice-id') ?? 'none');
    });
    await newLetters(({ value }) => {
      const found = mark.exec(value?.toString('latin1') ?? '')?.[0];
      if (found !== undefined) count(arrived, found);
    });
  };

  const start = () =>
    startAppProcess({
      folder: 'sources/video-events',
      logFile: join(folder, 'video-events.log'),
      environment: {
        ...environment,
        SOURCE_INSTANCE: run,
        SOURCE_BATCH_RECORDS: String(1 + Math.floor(random() * 200)),
        VIDEO_EVENTS_FILES: join(files, '*.log*'),
        VIDEO_EVENTS_REFRESH_MS: '20',
        VIDEO_EVENTS_LINE_BYTES: String(maxLineBytes),
        VIDEO_EVENTS_CLOSE_AFTER_MS: '200',
      },
    });
  const ready = async ({ telemetryUrl }: AppProcess) => {
    const url = await telemetryUrl;
    await eventually(async () => {
      signal.throwIfAborted();
      if (!(await fetch(`${url}/ready`)).ok) throw new Error('the source is not ready');
    }, patienceMs);
  };
  let source = start();
  try {
    const logs = torturedLogs({ folder: files, random, maxLineBytes, hasArrived: (board) => arrived.has(board), run });
    let kills = 0;
    for (let round = 1; round <= rounds; round++) {
      signal.throwIfAborted();
      logs.round();
      await delay(random() * 100);
      if (random() < killProbability) {
        kills++;
        await source.kill();
        // Time passes for the files alone.
        for (let alone = Math.floor(random() * 3); alone > 0 && round < rounds; alone--, round++) logs.round();
        source = start();
        // Some are killed before they have read anything.
        if (random() < 0.8) await ready(source);
      }
      if (round % lookUpEvery !== 0) continue;
      await ready(source);
      await lookUp();
      say(
        `round ${round}: ${logs.promised.size} lines, ${arrived.size} of them and of bad ones in Kafka, ${kills} kills`,
      );
    }
    logs.calm();
    const wanted = () => [...logs.promised, ...logs.bad].filter((name) => !arrived.has(name));
    await eventually(async () => {
      signal.throwIfAborted();
      await lookUp();
      if (wanted().length > 0) throw new Error(`${wanted().length} lines are not in Kafka`);
    }, patienceMs).catch(() => {});
    // What would come a second time has come when another start finds nothing.
    await source.kill();
    source = start();
    await ready(source);
    await delay(2000);
    await source.stop();
    await lookUp();
    return {
      promised: logs.promised.size,
      bad: logs.bad.size,
      lost: wanted(),
      twice: [...arrived].filter(([, times]) => times > 1).map(([name]) => name),
      sharedIds: [...ids.values()].filter((times) => times > 1).length,
      atRisk: logs.atRisk.size,
      atRiskArrived: [...logs.atRisk].filter((board) => arrived.has(board)).length,
      kills,
      done: logs.done,
    };
  } finally {
    await source.kill();
  }
}
