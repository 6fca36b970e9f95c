import { appTable } from './app-table.ts';
import type { Paint } from './paint.ts';
import type { Shown } from './screen-lines.ts';
import type { StartOutput } from './start-output.ts';
import { oneLine } from '../../terminal/text-layout.ts';

const tableEveryMs = 30_000;
/** A warning that goes on is said again after this time, with how often it came. */
const noticeEveryMs = 60_000;

/** Lines for a pipe or a log file: addresses and commands first, then each change of an app, and a table now and then. */
export function plainOutput(write: (text: string) => void, nowMs = () => performance.now()): StartOutput {
  const plain: Paint = (_style, text) => text;
  const line = (text: string) => write(`${text}\n`);
  const states = new Map<string, string>();
  const said = new Map<string, number>();
  let tableMs: number | undefined;

  const begin = (shown: Shown) => {
    for (const [name, address] of shown.addresses) line(`${name}: ${address}`);
    for (const command of shown.commands) line(`$ ${command}`);
    if (shown.simulated !== '') line(shown.simulated);
    line(`All logs are in ${shown.logFolder}. Ctrl-C ends everything.`);
  };

  return {
    show(shown) {
      if (tableMs === undefined) begin(shown);
      const isFirst = tableMs === undefined;
      for (const { name, state, reason } of shown.apps) {
        if (states.get(name) === state) continue;
        states.set(name, state);
        if (!isFirst) line(`${name}: ${state}${reason === undefined ? '' : `: ${oneLine(reason)}`}`);
      }
      if (tableMs !== undefined && nowMs() - tableMs < tableEveryMs) return;
      tableMs = nowMs();
      for (const text of appTable(shown.apps, { columns: Infinity, lines: Infinity }, plain)) line(text);
    },
    notice({ kind, from, text, count }) {
      const now = nowMs();
      for (const [other, atMs] of said) if (now - atMs >= noticeEveryMs) said.delete(other);
      if (said.has(kind)) return;
      said.set(kind, now);
      line(`${from}: ${oneLine(text)}${count === 1 ? '' : ` (x ${count} since the start)`}`);
    },
    end() {},
  };
}
