// What the server tells the page about the events themselves.

/** Values over time: one for each time, null where there is none. */
export interface LineChart {
  kind: 'lines';
  name: string;
  title: string;
  unit: string;
  /** Seconds since 1970. */
  times: number[];
  series: { name: string; values: (number | null)[] }[];
}

/** Counts by value. */
interface BarChart {
  kind: 'bars';
  name: string;
  title: string;
  bars: { label: string; count: number }[];
}

export type Chart = LineChart | BarChart;

export interface FoundEvent {
  id: string;
  index: string;
  timeMs: number | null;
  /** Fragments that match a search; the matches are between \u0001 and \u0002. */
  excerpts: string[];
  /** JSON text. */
  document: string;
}

export interface EventData {
  topic: string;
  total: number;
  fromMs: number;
  toMs: number;
  charts: Chart[];
  events: FoundEvent[];
}

/** A ready query. */
export interface ShownQuestion {
  name: string;
  topic: string;
  title: string;
  description: string;
  chart: 'bar' | 'line' | 'table';
  in: 'bigquery' | 'elasticsearch';
}

export interface ShownAnswer {
  columns: { name: string; type: 'time' | 'text' | 'number'; title: string; unit?: string }[];
  /** Times in ISO 8601. */
  rows: (string | number | null)[][];
  /** What was asked: SQL, or the body of a search. */
  statement: string;
  tookMs: number;
}
