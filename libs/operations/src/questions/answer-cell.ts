import type { QuestionColumn } from '@sluice/contracts';

export type AnswerCell = string | number | null;

/**
 * A value as its column's type says. BigQuery gives numbers and times as text, a time in microseconds; Elasticsearch gives times in
 * milliseconds.
 */
export function cellOf(column: QuestionColumn | undefined, value: unknown): AnswerCell {
  if (value === null || value === undefined) return null;
  switch (column?.type) {
    case 'number': {
      const number = Number(value);
      return Number.isFinite(number) ? number : null;
    }
    case 'time': {
      const number = Number(value);
      const date = new Date(typeof value === 'string' ? number / 1000 : number);
      return Number.isNaN(date.getTime()) ? null : date.toISOString();
    }
    default:
      return typeof value === 'string' ? value : String(value);
  }
}
