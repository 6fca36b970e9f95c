import type { JSONPath } from 'jsonc-parser';
import type { RuleName } from './rules.ts';

/** One change between two versions of the contracts. */
export interface Change {
  readonly rule: RuleName;
  /** The file that shows it: of a contract that was removed, the old one. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The contract's name, and the field in it, such as `sluice.Tweet author.id`. */
  readonly at: string;
  /** What differs, as a sentence without the reason. */
  readonly message: string;
}

/** Reports a change at a place of the newer schema. */
export type Report = (rule: RuleName, path: JSONPath, field: string, message: string) => void;
