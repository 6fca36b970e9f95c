/** Thrown by an app that must end for a reason that only a person can remove: the log has its sentence, without a stack. */
export class FatalError extends Error {
  override readonly name = 'FatalError';
}
