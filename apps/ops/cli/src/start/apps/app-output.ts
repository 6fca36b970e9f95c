import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A line of an app's log. */
export interface LogLine {
  level?: string;
  msg?: string;
  telemetry?: string;
  /** Where the dashboard serves its page. */
  dashboard?: string;
  reason?: string;
  /** The dead-letter topic, and how many records went there. */
  to?: string;
  records?: number;
  events?: number;
}

/** How a process ended, with what may explain it. */
export interface Ending {
  /** Null when a signal killed it. */
  code: number | null;
  /** Its last lines that are not log lines. */
  unformatted: readonly string[];
  /** Its fatal log line. */
  fatal: string | undefined;
}

const unformattedLines = 20;

/** Reads an app's output until it ends. */
export async function readOutput(
  child: ChildProcess,
  handlers: {
    onText: (text: string) => void;
    /** `/ready` and `/metrics` are at this address. */
    onTelemetry: (url: string) => void;
    /** The page is at this address. */
    onDashboard?: (url: string) => void;
    /** For warnings and worse. */
    onWarning: (text: string, line: LogLine) => void;
  },
): Promise<Ending> {
  const closed = once(child, 'close');
  const unformatted: string[] = [];
  let fatal: string | undefined;
  const onLine = (text: string) => {
    handlers.onText(text);
    const line = parseLine(text);
    if (line === undefined) {
      if (text.trim() !== '') unformatted.push(text.trimEnd());
      if (unformatted.length > unformattedLines) unformatted.shift();
      return;
    }
    if (line.telemetry !== undefined) handlers.onTelemetry(line.telemetry);
    if (line.dashboard !== undefined) handlers.onDashboard?.(line.dashboard);
    const message = `${line.msg ?? ''}${line.reason === undefined ? '' : `: ${line.reason}`}`;
    if (line.level === 'fatal') fatal = message;
    if (line.level === 'warn' || line.level === 'error' || line.level === 'fatal') handlers.onWarning(message, line);
  };
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null) createInterface({ input: stream }).on('line', onLine);
  const [code] = (await closed) as [number | null];
  return { code, unformatted, fatal };
}

function parseLine(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}
