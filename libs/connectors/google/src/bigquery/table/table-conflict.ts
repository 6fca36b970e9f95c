/** Rows that a table cannot take until a person changes it, or ever: a sentence says why. */
export class TableConflict extends Error {
  override readonly name = 'TableConflict';
}
