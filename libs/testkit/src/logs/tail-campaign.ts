import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaClient } from '@sluice/kafka';
import type { Codec } from '@sluice/schema-registry';
import { startAppProcess, type AppProcess } from '../app-process.ts';
import { eventually } from '../eventually.ts';
import { logRotationFuzzer, type LogRotationFuzzer } from './log-rotation-fuzzer.ts';
import { tailArrivals, type TailArrivals } from './tail-arrivals.ts';

/** The result of a campaign. */
export interface TailCampaign {
  /** Lines that must be events, and bad lines that must be dead letters. */
  promised: number;
  bad: number;
  /** Promised or bad lines that have not arrived, and lines that arrived more than once. */
  lost: readonly string[];
  twice: readonly string[];
  /** Event ids that several events have. */
  sharedIds: number;
  /** Lines written between copying and truncating, or torn by it, and how many of them became events. */
  atRisk: number;
  atRiskArrived: number;
  kills: number;
  /** How often each thing was done to the files. */
  done: Readonly<Record<string, number>>;
}

interface CampaignOptions {
  kafka: KafkaClient;
  codec: Codec;
  /** The addresses of the servers. */
  environment: Readonly<Record<string, string>>;
  /** Gets the files, and the log of the source. */
  folder: string;
  /** Distinguishes this campaign from others on the same servers: letters, digits and hyphens. */
  run: string;
  rounds: number;
  random: () => number;
  signal: AbortSignal;
  say: (line: string) => void;
}

const maxLineBytes = 4096;
/** Rounds between two looks at Kafka: reading a topic takes a second or two. */
const updateEvery = 20;
const patienceMs = 120_000;
const killProbability = 0.12;

/**
 * Runs the source `video-events` as a process on log files that are rotated in every way, kills it (SIGKILL) at random, and counts what is
 * in Kafka in the end.
 */
export async function tailCampaign(options: CampaignOptions): Promise<TailCampaign> {
  const { kafka, codec, folder, run, rounds, random, signal, say } = options;
  const files = join(folder, 'files');
  mkdirSync(files, { recursive: true });
  const arrivals = await tailArrivals(kafka, codec, run, signal);
  let source = startSource(options, files);
  try {
    const hasArrived = (board: string) => arrivals.lines.has(board);
    const logs = logRotationFuzzer({ folder: files, random, maxLineBytes, hasArrived, run });
    let kills = 0;
    for (let round = 1; round <= rounds; round++) {
      signal.throwIfAborted();
      logs.round();
      await delay(random() * 100);
      if (random() < killProbability) {
        kills++;
        await source.kill();
        // The files change while no source runs.
        for (let alone = Math.floor(random() * 3); alone > 0 && round < rounds; alone--, round++) logs.round();
        source = startSource(options, files);
        // Without this wait, the next kill may come before the source has read anything.
        if (random() < 0.8) await untilReady(source, signal);
      }
      if (round % updateEvery !== 0) continue;
      await untilReady(source, signal);
      await arrivals.update();
      say(
        `round ${round}: ${logs.promised.size} lines, ${arrivals.lines.size} lines in Kafka, bad ones included, ${kills} kills`,
      );
    }
    logs.calm();
    await untilAllArrived(logs, arrivals, signal);
    // A restarted source would publish again what the last one had published without its cursor.
    await source.kill();
    source = startSource(options, files);
    await untilReady(source, signal);
    await delay(2000);
    await source.stop();
    await arrivals.update();
    return resultOf(logs, arrivals, kills);
  } finally {
    await source.kill();
  }
}

const startSource = ({ folder, environment, run, random }: CampaignOptions, files: string): AppProcess =>
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

async function untilReady({ telemetryUrl }: AppProcess, signal: AbortSignal): Promise<void> {
  const url = await telemetryUrl;
  await eventually(async () => {
    signal.throwIfAborted();
    if (!(await fetch(`${url}/ready`)).ok) throw new Error('the source is not ready');
  }, patienceMs);
}

const missing = ({ promised, bad }: LogRotationFuzzer, { lines }: TailArrivals): string[] =>
  [...promised, ...bad].filter((name) => !lines.has(name));

/** Gives up after a while: the result then names the missing lines. */
async function untilAllArrived(logs: LogRotationFuzzer, arrivals: TailArrivals, signal: AbortSignal): Promise<void> {
  await eventually(async () => {
    signal.throwIfAborted();
    await arrivals.update();
    const lost = missing(logs, arrivals).length;
    if (lost > 0) throw new Error(`${lost} lines are not in Kafka`);
  }, patienceMs).catch(() => {});
}

const resultOf = (logs: LogRotationFuzzer, arrivals: TailArrivals, kills: number): TailCampaign => ({
  promised: logs.promised.size,
  bad: logs.bad.size,
  lost: missing(logs, arrivals),
  twice: [...arrivals.lines].filter(([, times]) => times > 1).map(([name]) => name),
  sharedIds: [...arrivals.ids.values()].filter((times) => times > 1).length,
  atRisk: logs.atRisk.size,
  atRiskArrived: [...logs.atRisk].filter((board) => arrivals.lines.has(board)).length,
  kills,
  done: logs.done,
});
