/** Something the user can mend. Its message is all they see. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
