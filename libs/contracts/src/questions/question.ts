import type { EventContract } from '../contract/event-contract.ts';

/** A column of an answer. */
export interface QuestionColumn {
  name: string;
  title: string;
  type: 'time' | 'text' | 'number';
  /** Such as `percent`, `bytes per hour`. */
  unit?: string;
}

/** Where a value of an Elasticsearch answer comes from: the key of a bucket, its number of documents, or a metric in it. */
export type BucketValue = { key: string } | { count: true } | { metric: string };

/** How a question is asked. `{from}` and `{to}` stand for the ends of the time that is asked about, the second excluded. */
type Ask =
  | {
      in: 'bigquery';
      /** GoogleSQL; its columns are the question's, in their order. `{table}` stands for the table's quoted name. */
      sql: string;
    }
  | {
      in: 'elasticsearch';
      /** The body of the search API, with one aggregation in another. */
      request: Readonly<Record<string, unknown>>;
      /** The names of these aggregations, the outermost first: each innermost bucket is a row. */
      buckets: readonly string[];
      /** One for each column. */
      values: readonly BucketValue[];
    };

/** A question that people ask of an event's data, with how it is asked and shown. */
export interface Question {
  /** For commands: `trending-words`. */
  name: string;
  contract: EventContract;
  title: string;
  /** One or two sentences: what is counted, and how to read it. */
  description: string;
  /** A line or bars over the first column, a series for each value of the text column after it; or rows as they are. */
  chart: 'line' | 'bar' | 'table';
  columns: readonly QuestionColumn[];
  ask: Ask;
}
