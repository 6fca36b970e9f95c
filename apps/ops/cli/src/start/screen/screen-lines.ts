import type { ShownApp } from '../apps/shown-app.ts';
import { appTable } from './app-table.ts';
import type { Paint } from './paint.ts';
import { ago, duration } from '@sluice/terminal';
import type { Notice } from '../notices.ts';
import { clipped, columnsOf, flowed, oneLine, padded, wrapped } from '../../terminal/text-layout.ts';

/** All that `start` shows. */
export interface Shown {
  nowMs: number;
  sinceMs: number;
  addresses: readonly (readonly [name: string, address: string])[];
  /** What to try next. */
  commands: readonly string[];
  apps: readonly ShownApp[];
  /** What is simulated, in sentences; empty where nothing is. */
  simulated: string;
  notices: readonly Notice[];
  noticeLines: number;
  logFolder: string;
}

/** What is always on top: addresses and commands. */
function headLines(shown: Shown, columns: number, paint: Paint): string[] {
  const title = `Sluice runs for ${duration(shown.nowMs - shown.sinceMs)}.`;
  const end = 'Ctrl-C ends everything.';
  const space = columns - columnsOf(title) - columnsOf(end);
  const first = space < 2 ? flowed([title, end], columns) : [`${paint('bold', title)}${' '.repeat(space)}${end}`];
  return [
    ...first,
    ...flowed(
      shown.addresses.map(([name, address]) => `${name} ${address}`),
      columns,
    ).map((line) => paint('cyan', line)),
    ...flowed(
      shown.commands.map((command) => `$ ${command}`),
      columns,
    ),
  ];
}

/**
 * The whole screen, in at most `rows` lines of at most `columns` columns: what is on top stays, then come one line for each app, what is
 * simulated, and the newest warnings in the room that is left. Where it is short, empty lines go first, then the further lines of
 * reasons, then warnings.
 */
export function screenLines(shown: Shown, size: { columns: number; rows: number }, paint: Paint): string[] {
  const { columns, rows } = size;
  const head = headLines(shown, columns, paint);
  const simulated = shown.simulated === '' ? [] : wrapped(shown.simulated, columns).map((line) => paint('dim', line));
  const room = rows - head.length - simulated.length;
  const leastNotices = shown.notices.length === 0 ? 1 : 3;
  const table = appTable(shown.apps, { columns, lines: room - leastNotices }, paint);
  const spare = room - table.length - leastNotices;
  const gaps = Math.min(3, Math.max(0, spare - Math.min(2, shown.notices.length)));
  const gap = (at: number) => (gaps >= at ? [''] : []);
  const top = [...head, ...gap(1), ...table, ...gap(2), ...simulated, ...gap(simulated.length > 0 ? 3 : 4)];
  return [...top, ...noticeLines(shown, { columns, lines: rows - top.length }, paint)].slice(0, Math.max(0, rows));
}

function noticeLines(shown: Shown, room: { columns: number; lines: number }, paint: Paint): string[] {
  const { columns, lines } = room;
  if (lines < 1) return [];
  const kinds = shown.notices.length;
  const count = shown.noticeLines.toLocaleString('en-US');
  const title = kinds === 0 ? 'No warnings.' : `Warnings: ${count} of ${kinds} ${kinds === 1 ? 'kind' : 'kinds'}.`;
  const out = clipped(`${title} All logs are in ${shown.logFolder}`, columns, 1).map((line) => paint('bold', line));
  for (const { from, text, count, lastMs } of shown.notices) {
    const left = lines - out.length;
    if (left < 1) break;
    const age = `${padded(ago(shown.nowMs - lastMs), 10, 'right')}  `;
    const times = count === 1 ? '' : ` (x ${count.toLocaleString('en-US')})`;
    const most = Math.min(left, 3);
    const width = columns - columnsOf(age);
    // The number must be seen where the text is cut.
    const body = clipped(`${from}${times}: ${oneLine(text)}`, width, most);
    out.push(...body.map((line, at) => (at === 0 ? `${paint('dim', age)}${line}` : ' '.repeat(age.length) + line)));
  }
  return out;
}
