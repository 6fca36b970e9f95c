/** Thrown by an app that ends for a reason which a person must settle: the log has its one sentence, without a stack. */
export class CannotGoOn extends Error {
  override readonly name = 'CannotGoOn';
}
