import { ago, duration } from '@sluice/terminal';
import { clipped, columnsOf, flowed, oneLine, padded, wrapped } from '../../terminal/text-layout.ts';
import type { ShownApp } from '../apps/shown-app.ts';
import type { Notice } from '../notices.ts';
import { appTable } from './app-table.ts';
import type { Paint } from './paint.ts';

/** All that `start` shows. */
export interface Shown {
  nowMs: number;
  sinceMs: number;
  /** One sentence for each server that is down. */
  outages: readonly string[];
  addresses: readonly (readonly [name: string, address: string])[];
  /** Commands to try next. */
  commands: readonly string[];
  apps: readonly ShownApp[];
  /** What is simulated, in sentences; empty where nothing is. */
  simulated: string;
  notices: readonly Notice[];
  noticeLines: number;
  logFolder: string;
}

interface Size {
  columns: number;
  rows: number;
}

/** A title, and two lines of the newest warning. */
const leastNoticeLines = 3;

/**
 * The whole screen, in at most `rows` lines of at most `columns` columns. From top to bottom: servers that are down, addresses and
 * commands, a line for each app, what is simulated, and the newest warnings. Where rows are short, these go, in this order: empty lines,
 * further lines of reasons, older warnings, what is simulated, commands, addresses, healthy apps. Lines that report a failure stay.
 */
export function screenLines(shown: Shown, { columns, rows }: Size, paint: Paint): string[] {
  const top = [...titleLines(shown, columns, paint), ...outageLines(shown, columns, paint)];
  const notices = shown.notices.length === 0 ? 1 : leastNoticeLines;
  let left = rows - top.length - notices - (shown.apps.length + 1);
  const ifTheyFit = (lines: readonly string[]): readonly string[] => {
    if (lines.length > left) return [];
    left -= lines.length;
    return lines;
  };
  const addresses = shown.addresses.map(([name, address]) => `${name} ${address}`);
  const commands = shown.commands.map((command) => `$ ${command}`);
  const head = [
    ...top,
    ...ifTheyFit(flowed(addresses, columns).map((line) => paint('cyan', line))),
    ...ifTheyFit(flowed(commands, columns)),
  ];
  const simulated = shown.simulated === '' ? [] : wrapped(shown.simulated, columns);
  const foot = ifTheyFit(simulated.map((line) => paint('dim', line)));
  const room = rows - head.length - foot.length;
  const table = appTable(shown.apps, { columns, lines: room - notices }, paint);
  const spare = room - table.length - notices;
  const gaps = Math.min(3, Math.max(0, spare - Math.min(2, shown.notices.length)));
  const gap = (at: number) => (gaps >= at ? [''] : []);
  const above = [...head, ...gap(1), ...table, ...gap(2), ...foot, ...gap(foot.length > 0 ? 3 : 4)];
  return [...above, ...noticeLines(shown, { columns, rows: rows - above.length }, paint)].slice(0, Math.max(0, rows));
}

function titleLines(shown: Shown, columns: number, paint: Paint): string[] {
  const title = `Sluice has been running for ${duration(shown.nowMs - shown.sinceMs)}.`;
  const end = 'Ctrl-C stops everything.';
  const space = columns - columnsOf(title) - columnsOf(end);
  return space < 2 ? flowed([title, end], columns) : [`${paint('bold', title)}${' '.repeat(space)}${end}`];
}

const outageLines = ({ outages }: Shown, columns: number, paint: Paint): string[] =>
  outages.flatMap((outage) => clipped(oneLine(outage), columns, 2)).map((line) => paint('red', line));

function noticeLines(shown: Shown, { columns, rows }: Size, paint: Paint): string[] {
  if (rows < 1) return [];
  const kinds = shown.notices.length;
  const count = shown.noticeLines.toLocaleString('en-US');
  const title = kinds === 0 ? 'No warnings.' : `Warnings: ${count} of ${kinds} ${kinds === 1 ? 'kind' : 'kinds'}.`;
  const out = clipped(`${title} All logs are in ${shown.logFolder}`, columns, 1).map((line) => paint('bold', line));
  for (const { from, text, count, lastMs } of shown.notices) {
    const left = rows - out.length;
    if (left < 1) break;
    const age = `${padded(ago(shown.nowMs - lastMs), 10, 'right')}  `;
    const times = count === 1 ? '' : ` (x ${count.toLocaleString('en-US')})`;
    const most = Math.min(left, 3);
    // The count comes first, so that it is seen where the text is cut.
    const body = clipped(`${from}${times}: ${oneLine(text)}`, columns - columnsOf(age), most);
    out.push(...body.map((line, at) => (at === 0 ? `${paint('dim', age)}${line}` : ' '.repeat(age.length) + line)));
  }
  return out;
}
