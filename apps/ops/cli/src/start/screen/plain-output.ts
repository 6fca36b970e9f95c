import { appTable } from './app-table.ts';
import type { Paint } from './paint.ts';
import type { Shown } from './screen-lines.ts';
import type { StartOutput } from './start-output.ts';
import { oneLine } from '../../terminal/text-layout.ts';

const tableEveryMs = 30_000;
/** A warning that continues is printed again after this time, with its count. */
const noticeEveryMs = 60_000;

/** Lines for a pipe or a log file: addresses and commands first, then every change of an app's state, and a table every 30 seconds. */
export function plainOutput(write: (text: string) => void, nowMs = () => performance.now()): StartOutput {
  const plain: Paint = (_style, text) => text;
  const line = (text: string) => write(`${text}\n`);
  const states = new Map<string, string>();
  const printedMs = new Map<string, number>();
  let tableMs: number | undefined;
  let simulated = '';

  const begin = (shown: Shown) => {
    for (const [name, address] of shown.addresses) line(`${name}: ${address}`);
    for (const command of shown.commands) line(`$ ${command}`);
    line(`All logs are in ${shown.logFolder}. Ctrl-C stops everything.`);
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
      if (shown.simulated !== simulated) line(shown.simulated);
      simulated = shown.simulated;
      for (const text of appTable(shown.apps, { columns: Infinity, lines: Infinity }, plain)) line(text);
    },
    notice({ kind, from, text, count }) {
      const now = nowMs();
      for (const [other, atMs] of printedMs) if (now - atMs >= noticeEveryMs) printedMs.delete(other);
      if (printedMs.has(kind)) return;
      printedMs.set(kind, now);
      line(`${from}: ${oneLine(text)}${count === 1 ? '' : ` (x ${count} since the start)`}`);
    },
    end() {},
  };
}
