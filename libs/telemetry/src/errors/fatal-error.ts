import type { ErrorCode } from './error-codes.ts';

/** Thrown by an app that must end for a reason that only a person can remove: the log has its sentence, without a stack. */
export class FatalError extends Error {
  override readonly name = 'FatalError';
  /** Its page says what to do: see `errorCodes`. Undefined where the sentence says all. */
  readonly code: ErrorCode | undefined;
  constructor(sentence: string, code?: ErrorCode) {
    super(sentence);
    this.code = code;
  }
}
