import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Overview } from '../../src/api/overview.ts';

/** An answer of the server, or why there is none. */
export interface Answer<T> {
  data: T | undefined;
  error: string | undefined;
  isLoading: boolean;
  reload: () => void;
}

async function answerOf<T>(response: Response): Promise<T> {
  const body = (await response.json()) as T & { reason?: string };
  if (!response.ok) throw new Error(body.reason ?? `The server answers ${response.status}.`);
  return body;
}

/** Asks the server, again every `everyMs` while the page is visible. The last answer stays while a new one is waited for. */
export function useJson<T>(url: string | undefined, everyMs?: number): Answer<T> {
  const [state, setState] = useState<{ url?: string; data?: T; error?: string; isLoading: boolean }>({
    isLoading: true,
  });
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (url === undefined) return setState({ isLoading: false });
    const stop = new AbortController();
    const load = () => {
      if (document.hidden) return;
      setState((last) => (last.url === url ? { ...last, isLoading: true } : { isLoading: true }));
      fetch(url, { signal: stop.signal })
        .then((response) => answerOf<T>(response))
        .then(
          (data) => setState({ url, data, isLoading: false }),
          (error: unknown) => {
            if (!stop.signal.aborted) setState((last) => ({ ...last, url, error: messageOf(error), isLoading: false }));
          },
        );
    };
    load();
    const timer = everyMs === undefined ? undefined : setInterval(load, everyMs);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [url, everyMs, count]);
  const reload = useCallback(() => setCount((last) => last + 1), []);
  return { data: state.data, error: state.error, isLoading: state.isLoading, reload };
}

/** Asks the server to do something. @throws Error with its reason */
export async function post<T>(url: string, body: object): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answerOf<T>(response);
}

const messageOf = (error: unknown): string => {
  if (error instanceof TypeError) return 'The dashboard’s server does not answer.';
  return error instanceof Error ? error.message : String(error);
};

export interface Live {
  overview: Overview | undefined;
  /** Whether the server answers. */
  isConnected: boolean;
}

/** The flow, live while the page is visible. */
export function useOverview(): Live {
  const [live, setLive] = useState<Live>({ overview: undefined, isConnected: true });
  useEffect(() => {
    let source: EventSource | undefined;
    const open = () => {
      source?.close();
      source = undefined;
      if (document.hidden) return;
      source = new EventSource('/api/live');
      source.addEventListener('overview', (event: MessageEvent<string>) =>
        setLive({ overview: JSON.parse(event.data) as Overview, isConnected: true }),
      );
      // The browser connects again by itself.
      source.addEventListener('error', () => setLive((last) => ({ ...last, isConnected: false })));
    };
    open();
    document.addEventListener('visibilitychange', open);
    return () => {
      document.removeEventListener('visibilitychange', open);
      source?.close();
    };
  }, []);
  return live;
}
