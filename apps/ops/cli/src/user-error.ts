/** An error that the user can fix. They see only its message. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
