import { duration } from '@sluice/terminal';
import { clipped, columnsOf, oneLine, padded } from '../../terminal/text-layout.ts';
import type { StateName } from '../apps/app-state.ts';
import type { ShownApp } from '../apps/shown-app.ts';
import type { Paint, Style } from './paint.ts';

const styles: Partial<Record<StateName, Style>> = {
  running: 'green',
  'up to date': 'green',
  gathering: 'green',
  starting: 'dim',
  stopped: 'dim',
  behind: 'yellow',
  waiting: 'yellow',
  restarting: 'red',
  refused: 'red',
  'not run': 'red',
};

const titles = ['app', 'state', 'rate', 'events', 'lag', 'last', 'metrics'];
/** Columns of text; numbers follow. */
const textColumns = 2;
/** The first columns, which an app with a reason keeps; the reason takes the place of the others. */
const columnsBesideReason = 3;
const mostReasonLines = 4;

/**
 * One line for each app: numbers where it is healthy, the reason where it is not. Reasons continue on further lines while there is room.
 *
 * @param room.lines the most lines; with fewer than apps, healthy apps are left out first, and the last line says how many
 */
export function appTable(apps: readonly ShownApp[], room: { columns: number; lines: number }, paint: Paint): string[] {
  const rows = apps.map((app) => ({ app, cells: cellsOf(app) }));
  const widths = titles.map((title, at) =>
    Math.max(
      columnsOf(title),
      ...rows.map(({ app, cells }) => (app.reason && at >= columnsBesideReason ? 0 : columnsOf(cells[at] ?? ''))),
    ),
  );
  const aligned = (cells: readonly string[]) =>
    cells.map((cell, at) => padded(cell, widths[at] ?? 0, at < textColumns ? 'left' : 'right'));
  const fit = (text: string) => clipped(text, room.columns, 1);

  const heading = fit(aligned(titles).join('  ').trimEnd()).map((text) => paint('dim', text));
  const shown = rows.length < room.lines ? rows : mostUrgent(rows, Math.max(0, room.lines - 2));
  let spare = room.lines - 1 - rows.length;
  const body = shown.flatMap(({ app, cells }) => {
    const row = aligned(cells);
    if (app.reason === undefined || app.reason === '') return [healthyLine(app.state, row, room.columns, paint)];
    const lines = reasonLines(app, row, room.columns, 1 + Math.max(0, Math.min(spare, mostReasonLines - 1)), paint);
    spare -= lines.length - 1;
    return lines;
  });
  const left = rows.length - shown.length;
  return [...heading, ...body, ...(left > 0 ? fit(`… and ${left} more apps: a taller window shows them`) : [])];
}

const cellsOf = (app: ShownApp): string[] => [
  app.name,
  app.state,
  app.ratePerSecond === undefined ? '' : `${app.ratePerSecond.toFixed(1)}/s`,
  app.events?.toLocaleString('en-US') ?? '',
  app.lag?.toLocaleString('en-US') ?? '',
  app.quietMs === undefined ? '' : duration(app.quietMs),
  app.port === undefined ? '' : `:${app.port}`,
];

/** So many rows, those with a reason first, in their order. */
function mostUrgent<Row extends { app: ShownApp }>(rows: readonly Row[], count: number): Row[] {
  const [healthy, unhealthy] = [rows.filter(({ app }) => !app.reason), rows.filter(({ app }) => app.reason)];
  const kept = new Set([...unhealthy, ...healthy].slice(0, count));
  return rows.filter((row) => kept.has(row));
}

const painted = (state: StateName, text: string, paint: Paint): string => {
  const style = styles[state];
  return style === undefined ? text : paint(style, text);
};

function healthyLine(state: StateName, row: readonly string[], columns: number, paint: Paint): string {
  const [name = '', stateCell = '', ...numbers] = row;
  const plain = row.join('  ').trimEnd();
  const [cut = ''] = clipped(plain, columns, 1);
  // A line that is cut is not painted: the cut may be within the state.
  if (cut !== plain) return cut;
  return `${name}  ${painted(state, stateCell, paint)}  ${numbers.join('  ')}`.trimEnd();
}

function reasonLines(app: ShownApp, row: readonly string[], columns: number, most: number, paint: Paint): string[] {
  const [name = '', state = '', rate = ''] = row;
  const indent = columnsOf(`${name}  ${state}  ${rate}  `);
  const reason = clipped(oneLine(app.reason ?? ''), Math.max(12, columns - indent), most);
  const start = `${name}  ${painted(app.state, state, paint)}  ${rate}  `;
  return reason.map((text, at) => (at === 0 ? start : ' '.repeat(indent)) + text);
}
