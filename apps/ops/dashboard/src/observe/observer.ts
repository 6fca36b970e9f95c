import { setTimeout as delay } from 'node:timers/promises';
import type { OperationsAccess, GroupLag } from '@sluice/operations';
import type { Logger } from '@sluice/telemetry';
import type { Delivery, Overview, ServerName, ServerState } from '../api/overview.ts';
import type { DashboardConfig } from '../config.ts';
import { appTargets } from './app-targets.ts';
import { deliveryState } from './delivery-state.ts';
import { rates } from './rate.ts';
import { trends } from './trend.ts';
import { watchApps, type WatchedApp } from './watch-apps.ts';
import { watchKafka, type KafkaState } from './watch-kafka.ts';
import { watchServers } from './watch-servers.ts';

/** Watches the flow, and tells all who listen. */
export interface Observer {
  readonly overview: Overview;
  /** Calls `onOverview` at each look, until the signal is aborted. While somebody listens, looks come more often. */
  listen(onOverview: (overview: Overview) => void, signal: AbortSignal): void;
}

const watchedEveryMs = 3_000;
const unwatchedEveryMs = 10_000;
/** Sinks that collect records wait so long at most by default; their settings are not known here. */
const gathersMs: Readonly<Record<string, number>> = { gcs: 60_000, bigquery: 60_000, 'event-rates': 90_000 };

/** @param access of Kafka, once it could be reached */
export function observe(options: {
  config: DashboardConfig;
  access: () => OperationsAccess | undefined;
  logger: Logger;
  signal: AbortSignal;
}): Observer {
  const { config, access, logger, signal } = options;
  const listeners = new Set<(overview: Overview) => void>();
  const [targets, apps, servers, kafka] = [
    appTargets(config.DASHBOARD_APPS ?? [], config.DASHBOARD_APPS_FILE),
    watchApps(),
    watchServers(config),
    watchKafka(),
  ];
  const assemble = assembly(config.DASHBOARD_WRITE);
  let overview: Overview = assemble(Date.now(), servers.states, [], kafka.state);
  let wake = new AbortController();

  const look = async (): Promise<void> => {
    const nowMs = Date.now();
    const reached = access();
    const [found] = await Promise.all([
      apps.look(targets(), nowMs),
      servers.look(nowMs),
      reached === undefined ? undefined : kafka.look(reached, nowMs),
    ]);
    overview = assemble(nowMs, servers.states, found, kafka.state);
    for (const tell of listeners) tell(overview);
  };

  const watch = async (): Promise<void> => {
    while (!signal.aborted) {
      await look().catch((error: unknown) => logger.warn({ err: error }, 'the flow could not be looked at'));
      wake = new AbortController();
      const pauseMs = listeners.size > 0 ? watchedEveryMs : unwatchedEveryMs;
      await delay(pauseMs, undefined, { signal: AbortSignal.any([signal, wake.signal]) }).catch(() => {});
    }
  };
  void watch();

  return {
    get overview() {
      return overview;
    },
    listen(onOverview, until) {
      listeners.add(onOverview);
      onOverview(overview);
      until.addEventListener('abort', () => listeners.delete(onOverview), { once: true });
      wake.abort();
    },
  };
}

/** Puts together what apps, servers and Kafka say, and remembers the trends. */
function assembly(canWrite: boolean) {
  const trend = trends();
  const delivered = rates();

  const deliveriesOf = (
    group: GroupLag,
    nowMs: number,
    known: { servers: readonly ServerState[]; apps: readonly WatchedApp[]; topics: Overview['topics']; lagMs: number },
  ): Delivery[] => {
    const app = known.apps.find((each) => each.role !== 'source' && each.group === group.group);
    return [...Map.groupBy(group.partitions, ({ topic }) => topic)].flatMap(([topic, partitions]) => {
      const inTopic = known.topics.find(({ name }) => name === topic);
      if (inTopic === undefined) return [];
      const lag = partitions.reduce((sum, { records }) => sum + records, 0);
      const ages = partitions.flatMap(({ seconds, records }) =>
        records > 0 && seconds !== undefined ? [seconds] : [],
      );
      const key = `${group.group} ${topic}`;
      delivered(key).add(
        partitions.reduce((sum, { committed = 0n }) => sum + Number(committed), 0),
        known.lagMs,
      );
      const perSecond = delivered(key).perSecond;
      const ageSeconds = ages.length === 0 ? undefined : Math.max(...ages);
      const needed: readonly (ServerName | undefined)[] = ['kafka', 'registry', app?.destination];
      const { state, reason, catchUpSeconds } = deliveryState({
        ...{ app, lag, ageSeconds },
        servers: known.servers.filter(({ name }) => needed.includes(name)),
        writers: known.apps.filter(({ writes }) => writes.some((each) => each.topic === topic)),
        inPerSecond: inTopic.perSecond,
        outPerSecond: perSecond,
        quietMs: inTopic.quietSinceMs === undefined ? undefined : nowMs - inTopic.quietSinceMs,
        gathersMs: gathersMs[app?.name ?? ''] ?? 0,
        overdueSeconds: app?.overdue.get(topic),
      });
      return [
        {
          ...{ app: app?.name ?? group.group, group: group.group, topic, state, reason, lag, perSecond },
          ...(app?.destination !== undefined && { destination: app.destination }),
          ...(catchUpSeconds !== undefined && { catchUpSeconds }),
          ageSeconds: ageSeconds ?? 0,
          partitions: partitions.map(({ partition, committed, end, records }) => ({
            ...{
              partition,
              committed: committed === undefined ? null : String(committed),
              end: String(end),
              lag: records,
            },
          })),
          trend: trend.add(key, ageSeconds ?? 0, nowMs),
        },
      ];
    });
  };

  return (atMs: number, servers: ServerState[], apps: WatchedApp[], kafka: KafkaState): Overview => {
    const topics = [...kafka.topics];
    const deliveries = kafka.groups.flatMap((group) =>
      deliveriesOf(group, atMs, { servers, apps, topics, lagMs: kafka.atMs }),
    );
    return { atMs, canWrite, servers, apps: apps.map(shown), topics, deliveries };
  };
}

/** What the page gets of an app. */
const shown = ({ overdue: _, group: __, ...app }: WatchedApp): Overview['apps'][number] => app;
