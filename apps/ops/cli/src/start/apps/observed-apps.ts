import { appProgress, type AppProgress } from './app-progress.ts';
import { appState, type Readiness } from './app-state.ts';
import { appStatus } from './app-status.ts';
import type { RunningApp } from './running-app.ts';
import type { ShownApp } from './shown-app.ts';

/** Polls the apps, and remembers what their state depends on. */
export interface ObservedApps {
  /** @param gathersMs how long it collects records on purpose */
  add(running: RunningApp, gathersMs: number): void;
  /** Records a warning, which may explain its app's state. */
  warned(name: string, text: string): void;
  look(): Promise<ShownApp[]>;
}

/** An older warning does not explain the present state. */
const recentMs = 30_000;

interface Observed {
  running: RunningApp;
  gathersMs: number;
  progress: AppProgress;
  answer: { atMs: number; readiness: Readiness; events: number; lag: number | undefined } | undefined;
  notReadySinceMs: number | undefined;
  warning: { atMs: number; text: string } | undefined;
}

export function observedApps(nowMs = () => performance.now()): ObservedApps {
  const apps: Observed[] = [];

  const look = async (observed: Observed): Promise<ShownApp> => {
    const { running, progress, gathersMs } = observed;
    const { app, process } = running;
    if (process.state === 'running') {
      const status = await appStatus(app.role, process.telemetryUrl);
      if (status !== undefined) {
        const atMs = nowMs();
        const { ready } = status.readiness;
        observed.answer = { atMs, ...status };
        observed.notReadySinceMs = ready ? undefined : (observed.notReadySinceMs ?? atMs);
        // An app that cannot read Kafka does not know its lag.
        const lag = app.role === 'source' || ready ? status.lag : Infinity;
        progress.add({ atMs, events: status.events, lag });
      }
    } else observed.answer = undefined;

    const now = nowMs();
    const { answer, warning, notReadySinceMs } = observed;
    const pace = progress.pace(now);
    const state = appState({
      role: app.role,
      process,
      answer,
      notReadySinceMs,
      lag: answer?.lag,
      gathersMs,
      pace,
      warning: warning !== undefined && now - warning.atMs < recentMs ? warning.text : undefined,
      nowMs: now,
    });
    return {
      name: app.name,
      ...state,
      events: answer?.events,
      ratePerSecond: process.state === 'running' ? pace.ratePerSecond : undefined,
      lag: answer?.lag,
      quietMs: pace.quietMs,
      port: process.state === 'running' ? URL.parse(process.telemetryUrl)?.port : undefined,
    };
  };

  return {
    add: (running, gathersMs) =>
      void apps.push({
        running,
        gathersMs,
        progress: appProgress(gathersMs),
        answer: undefined,
        notReadySinceMs: undefined,
        warning: undefined,
      }),
    warned(name, text) {
      const observed = apps.find(({ running }) => running.app.name === name);
      if (observed !== undefined) observed.warning = { atMs: nowMs(), text };
    },
    look: () => Promise.all(apps.map(look)),
  };
}
