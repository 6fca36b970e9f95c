import type { FlowApp } from './flows.ts';
import type { AppProcess } from './running-app.ts';
import type { Pace } from './app-progress.ts';
import { duration } from '@sluice/terminal';

export type StateName =
  | 'starting'
  | 'running'
  | 'up to date'
  | 'gathering'
  | 'behind'
  | 'waiting'
  | 'restarting'
  | 'refused'
  | 'not run'
  | 'stopped';

/** The state of an app, and the reason where it is not healthy. */
export interface AppState {
  state: StateName;
  reason?: string;
}

/** The last answer of `/ready`. */
export interface Readiness {
  ready: boolean;
  reasons: Readonly<Record<string, string>>;
}

/** Longer than a write takes, and short enough for a person who watches. */
const behindAfterMs = 15_000;
const noAnswerAfterMs = 5_000;

/**
 * The state of an app for a person.
 *
 * @param known.answer undefined until it has answered
 * @param known.notReadySinceMs when it stopped being ready
 * @param known.warning its last warning, if it is recent
 */
export function appState(known: {
  role: FlowApp['role'];
  process: AppProcess;
  answer: { atMs: number; readiness: Readiness } | undefined;
  notReadySinceMs: number | undefined;
  lag: number | undefined;
  /** How long it collects records on purpose. */
  gathersMs: number;
  pace: Pace;
  warning: string | undefined;
  nowMs: number;
}): AppState {
  const { process, answer, pace, warning, nowMs } = known;
  if (process.state === 'stopped')
    return process.isFinished ? { state: 'stopped', reason: 'it has finished' } : { state: 'stopped' };
  if (process.state === 'refused') return { state: 'refused', reason: process.mistakes.join('; ') };
  if (process.state === 'restarting') return { state: 'restarting', reason: process.reason };
  if (process.state === 'starting' || answer === undefined) return { state: 'starting' };
  const silentMs = nowMs - answer.atMs;
  if (silentMs > noAnswerAfterMs) return { state: 'waiting', reason: `no answer for ${duration(silentMs)}` };
  if (!answer.readiness.ready) {
    const reasons = Object.entries(answer.readiness.reasons);
    if (reasons.every(([, reason]) => reason === 'starting')) return { state: 'starting' };
    const text = reasons
      .filter(([, reason]) => reason !== 'starting')
      .map(([part, reason]) => `${part}: ${reason}`)
      .join('; ');
    const sinceMs = known.notReadySinceMs === undefined ? 0 : nowMs - known.notReadySinceMs;
    return { state: 'waiting', reason: sinceMs < 1000 ? text : `for ${duration(sinceMs)}, ${text}` };
  }
  if (known.role === 'source') return { state: 'running' };
  if (pace.behindMs === undefined || pace.behindMs <= behindAfterMs) return { state: 'up to date' };
  if (pace.behindMs <= known.gathersMs + behindAfterMs) return { state: 'gathering' };
  const lag = `${(known.lag ?? 0).toLocaleString('en-US')} records, ${duration(pace.behindMs)}`;
  return { state: 'behind', reason: warning === undefined ? lag : `${lag}; ${warning}` };
}
