/** Shows what an app does with single records, while a person watches. */
export interface Taps {
  /** Whether anyone watches. */
  readonly isOpen: boolean;
  /**
   * Shows one record to those who watch, as far as their rates admit it.
   *
   * @param make makes the JSON text of an object. Called only where it is shown
   * @param records how many records it stands for
   */
  show(make: () => string, records?: number): void;
  /**
   * Begins to watch.
   *
   * @param perSecond at most so many records
   * @param onLine gets one line of JSON each, with `passed`: how many records there were since the line before, this one included
   * @returns ends the watch
   */
  watch(perSecond: number, onLine: (line: string) => void): () => void;
}

interface Watcher {
  readonly perSecond: number;
  readonly onLine: (line: string) => void;
  second: number;
  shown: number;
  passed: number;
}

export function createTaps(): Taps {
  const watchers = new Set<Watcher>();
  return {
    get isOpen() {
      return watchers.size > 0;
    },
    show(make, records = 1) {
      let made: string | undefined;
      const second = Math.floor(performance.now() / 1_000);
      for (const watcher of watchers) {
        watcher.passed += records;
        if (watcher.second !== second) [watcher.second, watcher.shown] = [second, 0];
        if (watcher.shown++ >= watcher.perSecond) continue;
        made ??= make();
        watcher.onLine(`${made.slice(0, -1)},"passed":${watcher.passed}}\n`);
        watcher.passed = 0;
      }
    },
    watch(perSecond, onLine) {
      const watcher: Watcher = { perSecond, onLine, second: 0, shown: 0, passed: 0 };
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
  };
}
