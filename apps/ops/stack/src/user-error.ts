/** A mistake or lack the user can mend. Its message is shown as it is, without a stack trace. */
export class UserError extends Error {
  override name = 'UserError';
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
