import { useEffect, useRef, useState } from 'preact/hooks';
import type { ShownCounts, ShownRecord, TailMessage } from '../../../src/api/records.ts';

/** What a tail has shown so far, the newest first. */
export interface TailState {
  records: readonly ShownRecord[];
  counts: ShownCounts | undefined;
  countedMs: number;
  /** Records that the topic gets in a second. */
  readPerSecond: number | undefined;
  command: string | undefined;
  unknownPaths: readonly { path: string; suggestion: string | null }[];
  notices: readonly string[];
  refused: { reason: string; caret?: string } | undefined;
  isConnected: boolean;
}

/** More would only cost memory; the topic has them. */
const mostRecords = 500;
const everyMs = 250;
const empty: TailState = {
  ...{
    records: [],
    counts: undefined,
    countedMs: 0,
    readPerSecond: undefined,
    command: undefined,
    unknownPaths: [],
    notices: [],
  },
  ...{ refused: undefined, isConnected: false },
};

/** Follows a topic while it is not paused and the page is visible. */
export function useTail(topic: string | undefined, filter: string, isPaused: boolean): TailState {
  const [state, setState] = useState(empty);
  const waiting = useRef<TailMessage[]>([]);

  useEffect(() => {
    setState(empty);
  }, [topic, filter]);

  useEffect(() => {
    if (topic === undefined || isPaused) return undefined;
    let source: EventSource | undefined;
    let isFirst = true;
    const open = () => {
      source?.close();
      if (document.hidden) return;
      const query = new URLSearchParams({ filter, ...(!isFirst && { last: '0' }) });
      isFirst = false;
      source = new EventSource(`/api/tail/${encodeURIComponent(topic)}?${query}`);
      source.addEventListener('tail', (event: MessageEvent<string>) => {
        const message = JSON.parse(event.data) as TailMessage;
        if (message.kind === 'refused') source?.close();
        waiting.current.push(message);
      });
      source.addEventListener('error', () => setState((last) => ({ ...last, isConnected: false })));
    };
    open();
    document.addEventListener('visibilitychange', open);
    // Drawing for each record would take more time than there is.
    const timer = setInterval(() => {
      const messages = waiting.current;
      if (messages.length === 0) return;
      waiting.current = [];
      setState((last) => messages.reduce(added, last));
    }, everyMs);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', open);
      source?.close();
      setState((last) => ({ ...last, isConnected: false }));
    };
  }, [topic, filter, isPaused]);
  return state;
}

function added(state: TailState, message: TailMessage): TailState {
  switch (message.kind) {
    case 'started':
      return {
        ...state,
        command: message.command,
        unknownPaths: message.unknownPaths,
        isConnected: true,
        refused: undefined,
      };
    case 'record':
      return { ...state, records: [message.record, ...state.records].slice(0, mostRecords) };
    case 'notice':
      return { ...state, notices: [message.text, ...state.notices].slice(0, 5) };
    case 'refused':
      return { ...state, refused: message, isConnected: false };
    case 'counts': {
      const { counts: before, countedMs } = state;
      const seconds = (message.atMs - countedMs) / 1000;
      const read = message.counts.read - (before?.read ?? Infinity);
      const readPerSecond = read < 0 || seconds <= 0 ? undefined : read / seconds;
      return { ...state, counts: message.counts, countedMs: message.atMs, readPerSecond };
    }
  }
}
