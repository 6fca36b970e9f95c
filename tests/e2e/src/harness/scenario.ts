/** What a scenario gets from `npm run prove`. */
export interface ScenarioContext {
  /** Prints a line about the present step on standard error. */
  say(line: string): void;
  /** For the logs of the processes that it starts. */
  folder: string;
  /** `--rounds`: how many rounds a randomized scenario runs. */
  rounds: number | undefined;
  /** `--seed` of a randomized scenario, or a random number. Print it, so that a run can be repeated. */
  seed: number;
  /** Aborted by Ctrl-C: stop what was started. */
  signal: AbortSignal;
}

/** What a scenario counted, and where it fell short of the promises. */
export interface ScenarioResult {
  /** The rows of a short table. */
  counted: readonly (readonly [what: string, value: string | number])[];
  /** One sentence for each shortfall; empty when the scenario holds. */
  shortfalls: readonly string[];
}

/** Takes minutes, and starts its own servers and processes. The default export of a file in `scenarios/`, which names it. */
export interface Scenario {
  /** What it shows, in one sentence. */
  sentence: string;
  run(context: ScenarioContext): Promise<ScenarioResult>;
}
