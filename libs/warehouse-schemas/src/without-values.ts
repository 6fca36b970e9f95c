/**
 * Removes the values of rows that an error of BigQuery quotes, because logs, dead letters' reasons and lists of jobs must not hold a
 * record's contents. If it is not clear where a value ends, more is removed.
 *
 * @param message one line
 */
export const withoutValues = (message: string): string =>
  message
    .replaceAll(/\b(Value|Bad value|value): .*?(?=; (?:line|position|column|field) |[;.] File: |$)/gi, '$1: …')
    .replaceAll(/'.*?'(?= (as|to|into) )/g, "'…'");
