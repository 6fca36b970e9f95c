/** What one run of one case cost. */
export interface Measurement {
  recordsPerSecond: number;
  cpuSecondsPerMillion: number;
  peakMemoryMiB: number;
}

/** Measures this process from its first record to its last. */
export interface Meter {
  /** Call when the first records are there, before any work on them; later calls change nothing. */
  begin(): void;
  /** Counts records that are done. @returns the measurement once all are */
  count(records: number): Measurement | undefined;
}

export function meter(total: number): Meter {
  let startedMs: number | undefined;
  let startedCpu: NodeJS.CpuUsage | undefined;
  let done = 0;
  return {
    begin() {
      startedMs ??= performance.now();
      startedCpu ??= process.cpuUsage();
    },
    count(records) {
      done += records;
      if (done < total || startedMs === undefined) return undefined;
      const { user, system } = process.cpuUsage(startedCpu);
      return {
        recordsPerSecond: (done * 1000) / (performance.now() - startedMs),
        cpuSecondsPerMillion: (user + system) / done,
        // Kilobytes, as getrusage(2) has it on Linux.
        peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
      };
    },
  };
}

/** Ends a program of the benchmark: its last line is its result. */
export function report(result: object): never {
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(0);
}
