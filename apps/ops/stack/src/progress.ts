import { liveDisplay, progressLine } from '@sluice/terminal';

/** An installation of known size. */
interface Task {
  label: string;
  total: number;
  unit: 'bytes' | 'packages';
  /** How much of it is done now. Does not fail: what cannot be measured counts as nothing. */
  measure(): Promise<number>;
}

/** Shows what the launcher does: messages, and a bar for each task. */
export interface Progress {
  say(line: string): void;
  /** Shows a task until the returned function is called. */
  track(task: Task): () => void;
}

const pollMs = 1000;

export function createProgress(stream: NodeJS.WriteStream): Progress {
  const display = liveDisplay(stream);
  const lines = new Map<Task, string>();
  const say = (line: string) => display.message(line);
  return {
    say,
    track(task) {
      // A bar shows itself; in a log file the next line may be ten seconds away.
      if (!stream.isTTY) say(`${task.label}: installing`);
      const stopPolling = poll(task, (amount) => {
        lines.set(task, taskLine(task, amount));
        display.show([...lines.values()]);
      });
      return () => {
        stopPolling();
        lines.delete(task);
        display.clear();
        if (lines.size > 0) display.show([...lines.values()]);
      };
    },
  };
}

/** Bytes for people: `12 MB`. */
export function formatBytes(bytes: number): string {
  return `${megabytes(bytes)} MB`;
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

const taskLine = ({ label, total, unit }: Task, amount: number): string =>
  unit === 'bytes'
    ? progressLine(label, megabytes(amount), megabytes(total), 'MB')
    : progressLine(label, amount, total, unit);

function poll(task: Task, report: (amount: number) => void): () => void {
  let isOver = false;
  let most = 0;
  let timer: NodeJS.Timeout;
  const measure = async (): Promise<void> => {
    // Tools delete temporary files: progress never goes backwards.
    most = Math.min(Math.max(most, await task.measure()), task.total);
    if (isOver) return;
    report(most);
    timer = setTimeout(() => void measure(), pollMs);
  };
  timer = setTimeout(() => void measure(), 0);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
