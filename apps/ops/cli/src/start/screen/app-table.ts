import type { StateName } from '../apps/app-state.ts';
import { duration } from '@sluice/terminal';
import type { ShownApp } from '../apps/shown-app.ts';
import type { Paint, Style } from './paint.ts';
import { clipped, columnsOf, oneLine, padded } from '../../terminal/text-layout.ts';

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

const number = (value: number | undefined): string => value?.toLocaleString('en-US') ?? '';

/**
 * One line for each app: numbers where it is well, the reason where it is not. Reasons go on below as long as there are lines for them.
 *
 * @param room.lines the most lines; with fewer than apps, the last line says how many are left out
 */
export function appTable(apps: readonly ShownApp[], room: { columns: number; lines: number }, paint: Paint): string[] {
  const rows = apps.map((app) => ({
    app,
    cells: [
      app.name,
      app.state,
      app.ratePerSecond === undefined ? '' : `${app.ratePerSecond.toFixed(1)}/s`,
      number(app.events),
      number(app.lag),
      app.quietMs === undefined ? '' : duration(app.quietMs),
      app.port === undefined ? '' : `:${app.port}`,
    ],
  }));
  const titles = ['app', 'state', 'rate', 'events', 'lag', 'last', 'metrics'];
  const widths = titles.map((title, at) =>
    Math.max(
      columnsOf(title),
      ...rows.map(({ app, cells }) => (app.reason && at > 2 ? 0 : columnsOf(cells[at] ?? ''))),
    ),
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => padded(cell, widths[at] ?? 0, at < 2 ? 'left' : 'right'));
  const fit = (text: string) => clipped(text, room.columns, 1);

  const heading = fit(line(titles).join('  ').trimEnd()).map((text) => paint('dim', text));
  const shownRows = rows.length + 1 > room.lines ? rows.slice(0, Math.max(0, room.lines - 2)) : rows;
  let spare = room.lines - 1 - rows.length;
  const body = shownRows.flatMap(({ app, cells }) => {
    const [name = '', state = '', ...numbers] = line(cells);
    const style = styles[app.state];
    const start = `${name}  ${style === undefined ? state : paint(style, state)}`;
    if (app.reason === undefined || app.reason === '') {
      const plain = [name, state, ...numbers].join('  ').trimEnd();
      const [only = ''] = fit(plain);
      return [only === plain ? `${start}  ${numbers.join('  ')}`.trimEnd() : only];
    }
    const indent = columnsOf(`${name}  ${state}  ${numbers[0] ?? ''}  `);
    const width = Math.max(12, room.columns - indent);
    const reason = clipped(oneLine(app.reason), width, 1 + Math.max(0, Math.min(spare, 3)));
    spare -= reason.length - 1;
    return reason.map((text, at) => (at === 0 ? `${start}  ${numbers[0] ?? ''}  ${text}` : ' '.repeat(indent) + text));
  });
  const left = rows.length - shownRows.length;
  return [...heading, ...body, ...(left > 0 ? fit(`… and ${left} more apps: a taller window shows them`) : [])];
}
