import { MultiBar } from 'cli-progress';

/** Something of known size under way. */
interface Task {
  label: string;
  total: number;
  unit: 'bytes' | 'packages';
  /** How much of it is done now. Does not fail: what cannot be measured counts as nothing. */
  measure(): Promise<number>;
}

/** Tells a person what goes on: bars on a terminal, a line now and then elsewhere. */
export interface Progress {
  say(line: string): void;
  /** Shows a task until the returned function is called. */
  track(task: Task): () => void;
}

const pollMs = 1000;
const lineEveryMs = 10_000;

/** Progress on that stream. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  const say = (line: string): void => void stream.write(`${line}\n`);
  return stream.isTTY ? bars(stream, say) : { say, track: (task) => trackInLines(task, say) };
}

/** Bytes for people: `12 MB`. */
export function formatBytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function amountOf(task: Task, amount: number): string {
  const [done, total] = [amount, task.total].map((each) => Math.round(task.unit === 'bytes' ? each / 1e6 : each));
  return `${done} of ${total} ${task.unit === 'bytes' ? 'MB' : task.unit}`;
}

function trackInLines(task: Task, say: (line: string) => void): () => void {
  say(`${task.label}: installing, ${amountOf(task, 0)}`);
  const startedMs = performance.now();
  let saidMs = startedMs;
  return poll(task, (amount) => {
    const nowMs = performance.now();
    if (nowMs - saidMs < lineEveryMs) return;
    saidMs = nowMs;
    say(`${task.label}: ${amountOf(task, amount)}, ${Math.round((nowMs - startedMs) / 1000)} s`);
  });
}

function bars(stream: NodeJS.WriteStream, say: (line: string) => void): Progress {
  let multiBar: MultiBar | undefined;
  let running = 0;
  return {
    say(line) {
      if (!multiBar) return say(line);
      multiBar.log(`${line}\n`);
      // Shown now: what is logged and not yet drawn is lost when the bars end.
      multiBar.update();
    },
    track(task) {
      multiBar ??= new MultiBar({
        format: '{label} [{bar}] {amount}, {duration} s',
        barsize: 24,
        hideCursor: true,
        clearOnComplete: true,
        fps: 4,
        stream,
        // Ctrl-C is handled by the launcher, which has more to clean up than a cursor.
        gracefulExit: false,
      });
      const shown = (amount: number) => ({
        label: task.label.padEnd(24),
        amount: amountOf(task, amount),
      });
      const bar = multiBar.create(task.total, 0, shown(0));
      running++;
      const stopPolling = poll(task, (amount) => bar.update(amount, shown(amount)));
      return () => {
        stopPolling();
        bar.stop();
        multiBar?.remove(bar);
        if (--running > 0) return;
        multiBar?.stop();
        multiBar = undefined;
      };
    },
  };
}

function poll(task: Task, report: (amount: number) => void): () => void {
  let isOver = false;
  let most = 0;
  let timer: NodeJS.Timeout;
  const look = async (): Promise<void> => {
    // Tools remove what they no longer need: progress does not go back for that.
    most = Math.min(Math.max(most, await task.measure()), task.total);
    if (isOver) return;
    report(most);
    timer = setTimeout(() => void look(), pollMs);
  };
  timer = setTimeout(() => void look(), 0);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
