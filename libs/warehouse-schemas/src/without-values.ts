/**
 * An error of BigQuery without the values of rows that it quotes: logs, reasons of dead letters and lists of jobs hold no record's contents.
 * Where it is not clear where a value ends, more is left out.
 *
 * @param message one line
 */
export const withoutValues = (message: string): string =>
  message
    .replaceAll(/\b(Value|Bad value|value): .*?(?=; (?:line|position|column|field) |[;.] File: |$)/gi, '$1: …')
    .replaceAll(/'.*?'(?= (as|to|into) )/g, "'…'");
