/** What a demonstration works with. */
export interface ProofContext {
  /** Says what is being done, a line each, on standard error. */
  say(line: string): void;
  /** Where logs of the processes it starts belong. */
  folder: string;
  /** How often a proof by chance tries, where the caller says so. */
  rounds: number | undefined;
  /** What a proof by chance begins with, where the caller says so; printed, so that a run can be repeated. */
  seed: number;
  /** Aborted by Ctrl-C: end what was started. */
  signal: AbortSignal;
}

/** What was counted, and whether it is what was promised. */
export interface ProofResult {
  /** A short table: what, and how much. */
  counted: readonly (readonly [what: string, value: string | number])[];
  /** What falls short, a sentence each; empty when the proof holds. */
  shortfalls: readonly string[];
}

/** A demonstration that takes minutes. Each is the default export of a file in `proofs/`, which gives it its name. */
export interface Proof {
  /** One sentence: what it shows. */
  sentence: string;
  run(context: ProofContext): Promise<ProofResult>;
}
