import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { styleText } from 'node:util';
import { appStatus } from './app-status.ts';
import type { TopicAudit } from './audit/topic-audit.ts';
import { check, type CheckResult } from './check.ts';
import { flowApps, flowEnvironment, type FlowApp } from './flows.ts';
import { startMadeUpInput } from './made-up-input.ts';
import { liveDisplay, type LiveDisplay } from './live-display.ts';
import { startApp, type RunningApp } from './running-app.ts';
import { startStack } from './running-stack.ts';
import { seldom } from './seldom.ts';
import { summaryLines, type SummaryRow } from './summary.ts';
import { UserError } from './user-error.ts';
import { workspaceRoot } from './workspace-root.ts';

const needed = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'ELASTICSEARCH_URL'];

/**
 * Runs servers, sources and sinks on this machine until Ctrl-C, showing what flows; or, with `check`, until it is known whether
 * everything arrived. Ends everything that it started.
 *
 * @returns the exit code: 0, or 1 when something is missing
 */
export async function start(options: {
  check: boolean;
  json: boolean;
  environment: NodeJS.ProcessEnv;
}): Promise<number> {
  if ((options.environment['SINK_GROUP'] ?? '') !== '')
    throw new UserError('SINK_GROUP is the consumer group of one sink, and start runs several: unset it.');
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const output = options.json ? process.stderr : process.stdout;
  const display = liveDisplay(output);
  const since = new Date();

  const stack = await startStack({ fresh: options.check, signal: stop.signal });
  const trouble = seldom((line) => display.message(line), 60_000);
  stack.onMessage((message) => display.message(message));
  const apps: RunningApp[] = [];
  const endInputs: (() => Promise<void>)[] = [];
  try {
    const absent = needed.filter(
      (name) => stack.environment[name] === undefined && (options.environment[name] ?? '') === '',
    );
    if (absent.length > 0)
      throw new UserError(
        `Without ${absent.join(', ')} nothing can flow: mend what is said above, or set the address of a server of your own.`,
      );
    const environment = { ...options.environment, ...stack.environment };
    const notRun: string[] = [];
    for (const app of flowApps) {
      const missing = app.needs.filter((name) => (environment[name] ?? '') === '');
      if (missing.length > 0) {
        notRun.push(`${app.name} is not run, as there is no ${missing.join(' and no ')}`);
        display.message(`${notRun.at(-1)}: mend what is said above, or set the address of a server of your own.`);
        continue;
      }
      let leads: Readonly<Record<string, string>> = {};
      if (app.input !== undefined && (options.environment[app.input.unless] ?? '') === '') {
        display.message(app.input.sentence);
        const input = await startMadeUpInput({
          input: app.input,
          environment: options.environment,
          onTrouble: (line) => trouble(`${app.name}: ${line}`),
        });
        endInputs.push(input.end);
        leads = input.leads;
      }
      apps.push(
        startApp({
          app,
          environment: { ...environment, ...leads },
          logFolder: join(workspaceRoot, '.sluice/logs'),
          onTrouble: trouble,
        }),
      );
    }
    for (const line of welcome(stack.environment)) display.message(line);
    const showing = showSummary(apps, display, output, stop.signal);
    if (!options.check) {
      await aborted(stop.signal);
      await showing;
      return 0;
    }
    const result = await check({
      environment: flowEnvironment(environment),
      made: flowApps.flatMap(({ makes }) => makes ?? []),
      destinations: apps.filter(({ app }) => app.role === 'sink').map(({ app }) => app.name),
      since,
      signal: stop.signal,
      stopSources: () => stopApps(apps, 'source'),
    });
    const interrupted = stop.signal.aborted;
    stop.abort();
    await showing;
    report({ ...result, notRun }, options.json);
    return result.missing.length === 0 && !interrupted ? 0 : 1;
  } finally {
    stop.abort();
    display.end();
    if (!options.json) output.write('Stopping …\n');
    await stopApps(apps, 'source');
    await Promise.all(endInputs.map((end) => end()));
    await stopApps(apps, 'processor');
    await stopApps(apps, 'sink');
    await stack.stop();
  }
}

const stopApps = async (apps: readonly RunningApp[], role: FlowApp['role']): Promise<void> => {
  await Promise.all(apps.filter(({ app }) => app.role === role).map((app) => app.stop()));
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

const welcome = ({ ELASTICSEARCH_URL: url }: Record<string, string>): string[] => [
  '',
  ...(url === undefined
    ? []
    : [
        `Search:  ${url}/host-metrics/_search?sort=time:desc&size=1&pretty`,
        `         ${url}/tweets/_search?q=text:bts&size=1&pretty`,
      ]),
  'Audit:   npm run sluice -- audit',
  'Ctrl-C ends everything.',
  '',
];

async function showSummary(
  apps: readonly RunningApp[],
  display: LiveDisplay,
  output: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<void> {
  let before = new Map<string, { events: number; atMs: number }>();
  while (!signal.aborted) {
    const now = new Map<string, { events: number; atMs: number }>();
    const rows = await Promise.all(
      apps.map(async (running): Promise<SummaryRow> => {
        const status = await appStatus(running);
        const { name } = running.app;
        const atMs = performance.now();
        const last = before.get(name);
        if (status !== undefined) now.set(name, { events: status.events, atMs });
        const rate =
          status === undefined || last === undefined
            ? undefined
            : Math.max(0, ((status.events - last.events) * 1000) / (atMs - last.atMs));
        return { name, status, isStopped: running.isStopped, ratePerSecond: rate };
      }),
    );
    before = now;
    if (!signal.aborted) display.show(summaryLines(rows, output));
    await delay(1000, undefined, { signal }).catch(() => {});
  }
}

function report(result: CheckResult & { notRun: readonly string[] }, json: boolean): void {
  if (json) return void process.stdout.write(`${JSON.stringify(result)}\n`);
  const lines = [...Map.groupBy(result.audits, ({ topic }) => topic)].flatMap(([topic, audits]) => [
    '',
    ...countLines(audits).map(([what, count]) => `  ${what.padEnd(30)} ${topic}  ${count}`),
  ]);
  const verdict =
    result.missing.length === 0
      ? styleText(
          'green',
          `Equal. ${result.found} events of this machine, made after the start, came back from a search.`,
          { stream: process.stdout },
        )
      : styleText('red', result.missing.join('\n'), { stream: process.stdout });
  process.stdout.write(`${[...lines, '', ...result.notRun.map((line) => `${line}.`), verdict].join('\n')}\n`);
}

/** What there is of one topic, beginning with Kafka. */
function countLines(audits: readonly TopicAudit[]): [what: string, count: string][] {
  const [{ totals: { records, events } } = { totals: { records: 0, events: 0 } }] = audits;
  const letters = audits.map(({ destination, totals }) => `${totals.deadLetters} by ${destination}`);
  return [
    ['records in the topic', `${records}${records === events ? '' : ` (${events} events)`}`],
    ...audits.map(({ destination, totals, objects }): [string, string] => {
      if (objects !== undefined) return ['lines in the objects', `${totals.documents} (${objects.count} objects)`];
      return [destination === 'bigquery' ? 'rows in the table' : 'documents in the index', String(totals.documents)];
    }),
    ['dead letters', letters.join(', ')],
  ];
}
