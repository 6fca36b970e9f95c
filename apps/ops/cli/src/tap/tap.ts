import { styleText } from 'node:util';
import { appAddresses, tapApp } from '@sluice/operations';
import { runningAppsFile } from '../start/running-apps-file.ts';
import { Interrupted } from '../terminal/interruption.ts';
import { count, counted, writeSlowly } from '../terminal/output.ts';
import { printable } from '../terminal/printable.ts';
import { clipped } from '../terminal/text-layout.ts';
import { UserError } from '../user-error.ts';

interface TapCommandOptions {
  app: string;
  perSecond: number;
  limit: number | undefined;
  verdict: string | undefined;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/** What a line of a tap says about a record, apart from the record. */
interface Tapped {
  topic: string;
  partition: number;
  offset: string;
  id: string;
  verdict: string;
  reason?: string;
  attempt: number;
  outputs?: number;
  passed: number;
}

/**
 * Prints what an app does with single records.
 *
 * @returns the exit code: 130 after Ctrl-C, 1 when the app has ended
 * @throws UserError when the app is not known, OperationRefused when it does not answer or allow it
 */
export async function tap(options: TapCommandOptions): Promise<number> {
  const { app, perSecond, limit = Infinity, verdict, json, signal } = options;
  const url = await addressOf(app, options.environment);
  let [shown, passed] = [0, 0];
  try {
    for await (const line of tapApp({ url, perSecond, signal })) {
      const tapped = JSON.parse(line) as Tapped;
      passed += tapped.passed;
      if (verdict !== undefined && tapped.verdict !== verdict) continue;
      shown++;
      await writeSlowly(json ? `${line}\n` : `${recordLines(line, tapped).join('\n')}\n`);
      if (shown >= limit) return 0;
    }
    process.stderr.write(`${app} has ended.\n`);
    return 1;
  } catch (error) {
    if (error instanceof Interrupted || signal.aborted) return 130;
    throw error;
  } finally {
    process.stderr.write(`${app}: ${count(shown)} of ${counted(passed, 'record')} shown.\n`);
  }
}

async function addressOf(app: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const addresses = await appAddresses({ list: environment['SLUICE_APPS'], file: runningAppsFile });
  const found = addresses?.find(({ name }) => name === app);
  if (found !== undefined) return found.url;
  if (addresses === undefined)
    throw new UserError(
      `Where ${app} runs is not known: start it with \`sluice start\`, or set SLUICE_APPS=${app}=http://HOST:PORT, the address that its log names as telemetry.`,
    );
  throw new UserError(`There is no app ${app}; there are ${addresses.map(({ name }) => name).join(', ')}.`);
}

const styles = { delivered: 'green', retry: 'yellow', rejected: 'red' } as const;

function recordLines(line: string, tapped: Tapped): string[] {
  const { topic, partition, offset, id, verdict, reason, attempt, outputs = 0 } = tapped;
  const stream = process.stdout;
  const style = verdict === 'delivered' || verdict === 'retry' ? styles[verdict] : styles.rejected;
  const details = [
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    ...(outputs > 0 ? [`${counted(outputs, 'record')} published with it`] : []),
    ...(reason === undefined ? [] : [printable(reason)]),
  ];
  const { read, sent } = bodies(line);
  const fit = (text: string) => (stream.isTTY ? (clipped(text, stream.columns, 1)[0] ?? '') : text);
  return [
    `${printable(`${topic}-${partition}:${offset}  ${id}`)}  ${styleText(style, verdict, { stream })}${details.length === 0 ? '' : `  ${details.join('; ')}`}`,
    fit(`  read  ${printable(read)}`),
    fit(`  sent  ${sent === read ? 'as it was read' : printable(sent)}`),
  ];
}

/** The two documents as they are in the line: parsing would change long numbers. The verdict follows them. */
function bodies(line: string): { read: string; sent: string } {
  const start = line.indexOf(',"read":') + ',"read":'.length;
  const end = line.lastIndexOf(',"verdict":');
  const documents = line.slice(start, end);
  // Within a JSON text, quotation marks are escaped, so this sequence occurs between values only; the last one is at the top.
  let at = -1;
  for (let next = documents.indexOf(',"sent":'); next >= 0; next = documents.indexOf(',"sent":', next + 1))
    if (isJson(documents.slice(0, next))) at = next;
  return { read: documents.slice(0, at), sent: documents.slice(at + ',"sent":'.length) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
