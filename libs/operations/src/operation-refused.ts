/** A mistake of the user, or what must not be done now. Its message is for the user: what is wrong, where, and how to fix it. */
export class OperationRefused extends Error {
  override readonly name = 'OperationRefused';
}
