import { deadLetterName, type DeadLetterRecord } from '../record/dead-letter-record.ts';

/** The broker refused a transaction because of at least one of its records. It does not say which. */
export class TransactionRefused extends Error {
  override readonly name = 'TransactionRefused';
  readonly deadLetters: readonly DeadLetterRecord[];
  readonly reason: string;
  constructor(deadLetters: readonly DeadLetterRecord[], reason: string) {
    super(reason);
    this.deadLetters = deadLetters;
    this.reason = reason;
  }
}

/** Finds the record that the broker refuses: each record of a refused transaction gets a transaction of its own. */
export class Refusals {
  readonly #reasons = new Map<string, string>();
  readonly #suspects = new Set<string>();

  add({ deadLetters, reason }: TransactionRefused): void {
    const [first, ...others] = deadLetters.map(deadLetterName);
    if (first !== undefined && others.length === 0) this.#reasons.set(first, `the broker refuses it (${reason})`);
    else for (const deadLetter of deadLetters) this.#suspects.add(deadLetterName(deadLetter));
  }

  /** Why the broker refuses a record; undefined unless it was refused alone. */
  reasonOf(deadLetter: DeadLetterRecord): string | undefined {
    return this.#reasons.get(deadLetterName(deadLetter));
  }

  isSuspect(deadLetter: DeadLetterRecord): boolean {
    return this.#suspects.has(deadLetterName(deadLetter));
  }
}
