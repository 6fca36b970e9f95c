import { useEffect, useState } from 'preact/hooks';
import type { Chart, EventData, FoundEvent, ShownAnswer, ShownQuestion } from '../../../src/api/data.ts';
import type { ContractSummary } from '../../../src/api/contracts.ts';
import type { ViewProps } from '../view-props.tsx';
import { clock, count, duration } from '../format.tsx';
import { BarList } from '../parts/bar-list.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { exactParse, JsonView } from '../parts/json-view.tsx';
import { LineChart } from '../parts/line-chart.tsx';
import { Empty, Loaded, Panel } from '../parts/panel.tsx';
import { addressOf, go, Link, withQuery } from '../router.tsx';
import { useJson } from '../server.tsx';

const spans = [
  [15, '15 minutes'],
  [60, '1 hour'],
  [360, '6 hours'],
  [1440, '1 day'],
  [10080, '7 days'],
] as const;
const everyMs = 10_000;

/** `/data/TOPIC?minutes=…&q=…&question=…`: charts and events of one contract, and its ready queries. */
export function Data({ address: { parts, query } }: ViewProps) {
  const contracts = useJson<ContractSummary[]>('/api/contracts');
  const questions = useJson<ShownQuestion[]>('/api/questions');
  const topic = parts[1] ?? 'host-metrics';
  const minutes = query.get('minutes') ?? '15';
  const words = query.get('q') ?? '';
  const url = `/api/data/${encodeURIComponent(topic)}?${new URLSearchParams({ minutes, q: words })}`;
  const answer = useJson<EventData>(url, everyMs);
  const own = (questions.data ?? []).filter((each) => each.topic === topic);
  return (
    <>
      <nav class="tabs" aria-label="Events">
        <ul>
          {(contracts.data ?? []).map((contract) => (
            <li key={contract.topic}>
              <Link to={addressOf(['data', contract.topic], { minutes })} current={contract.topic === topic}>
                {contract.topic}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div class="controls">
        <label>
          Span
          <select value={minutes} onChange={(event) => go(withQuery({ minutes: event.currentTarget.value }))}>
            {spans.map(([value, title]) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <SearchField words={words} />
      </div>
      {own.length > 0 && <Questions questions={own} chosen={query.get('question') ?? undefined} minutes={minutes} />}
      <Loaded answer={answer}>
        {(data) => (data.topic === topic ? <Found data={data} words={words} /> : <Empty>Loading …</Empty>)}
      </Loaded>
    </>
  );
}

function SearchField({ words }: { words: string }) {
  const [text, setText] = useState(words);
  useEffect(() => setText(words), [words]);
  return (
    <form
      class="grow"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        go(withQuery({ q: text.trim() }));
      }}
    >
      <label for="words">Search</label>
      <div class="joined">
        <input id="words" type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <button type="submit">Search</button>
      </div>
    </form>
  );
}

function Found({ data: { total, charts, events, fromMs, toMs }, words }: { data: EventData; words: string }) {
  if (total === 0)
    return (
      <Empty>
        {words === ''
          ? `No event in the last ${duration(toMs - fromMs)}.`
          : `No event in the last ${duration(toMs - fromMs)} matches.`}{' '}
        A longer span may have some.
      </Empty>
    );
  return (
    <>
      <p class="lead">
        {count(total)} events from {clock(fromMs)} to {clock(toMs)}
      </p>
      <div class="charts">
        {charts.map((chart) => (
          <ChartPanel key={`${chart.kind} ${chart.title}`} chart={chart} />
        ))}
      </div>
      <Panel title="Newest events">
        <ul class="events">
          {events.map((event) => (
            <EventLine key={`${event.index} ${event.id}`} event={event} />
          ))}
        </ul>
      </Panel>
    </>
  );
}

const ChartPanel = ({ chart }: { chart: Chart }) => (
  <Panel title={chart.title.replaceAll('_', ' ')}>
    {chart.kind === 'lines' ? (
      <LineChart chart={chart} />
    ) : (
      <BarList bars={chart.bars} onPick={(label) => go(withQuery({ q: `"${label}"` }))} />
    )}
  </Panel>
);

function EventLine({ event: { id, index, timeMs, excerpts, document } }: { event: FoundEvent }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <button type="button" class="plain line" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <time>{timeMs === null ? '' : clock(timeMs)}</time>
        <span class="preview">
          {excerpts.length > 0 ? <Excerpt text={excerpts.join(' … ')} /> : previewOf(document)}
        </span>
      </button>
      {isOpen && (
        <div class="open-record">
          <p class="facts-line">
            <span>{index}</span>
            <Link to={addressOf(['where'], { q: id })}>Where is it?</Link>
          </p>
          <JsonView value={exactParse(document)} />
        </div>
      )}
    </li>
  );
}

/** The text of an event that has one, otherwise all of it. */
function previewOf(document: string): string {
  const fields = exactParse(document);
  const text: unknown = typeof fields === 'object' && fields !== null ? Reflect.get(fields, 'text') : undefined;
  return typeof text === 'string' ? text : document.slice(0, 400);
}

/** Marks what matches. */
const Excerpt = ({ text }: { text: string }) => (
  <>{text.split(/\u0001|\u0002/).map((part, at) => (at % 2 === 1 ? <mark key={at}>{part}</mark> : part))}</>
);

function Questions(props: { questions: readonly ShownQuestion[]; chosen: string | undefined; minutes: string }) {
  const { questions, chosen, minutes } = props;
  const question = questions.find(({ name }) => name === chosen);
  return (
    <Panel title="Ready queries">
      <ul class="chips">
        {questions.map(({ name, title }) => (
          <li key={name}>
            <Link to={withQuery({ question: name === chosen ? undefined : name })} current={name === chosen}>
              {title}
            </Link>
          </li>
        ))}
      </ul>
      {question !== undefined && <Asked question={question} minutes={minutes} />}
    </Panel>
  );
}

function Asked({ question, minutes }: { question: ShownQuestion; minutes: string }) {
  const answer = useJson<ShownAnswer>(
    `/api/questions/${encodeURIComponent(question.name)}?${new URLSearchParams({ minutes })}`,
  );
  return (
    <>
      <p>{question.description}</p>
      <Loaded answer={answer}>{(found) => <AnswerTable question={question} answer={found} />}</Loaded>
    </>
  );
}

function AnswerTable({
  question,
  answer: { columns, rows, statement, tookMs },
}: {
  question: ShownQuestion;
  answer: ShownAnswer;
}) {
  const shown = columns.map(({ title, type, unit }, at) => ({
    title: unit === undefined ? title : `${title}, ${unit}`,
    isNumber: type === 'number',
    cell: ({ row }: { row: ShownAnswer['rows'][number] }) => cellText(row[at] ?? null, type),
  }));
  if (rows.length === 0) return <Empty>The query returns no rows yet.</Empty>;
  const label = columns.findIndex(({ type }) => type !== 'number');
  const value = columns.findIndex(({ type }) => type === 'number');
  const bars = question.chart === 'bar' && label >= 0 && value >= 0;
  return (
    <>
      <p class="caption">
        {rows.length} rows in {duration(tookMs)}
      </p>
      {bars && (
        <BarList
          bars={rows.slice(0, 15).map((row, at) => ({
            label: `${cellText(row[label] ?? null, columns[label]?.type ?? 'text')}${' '.repeat(at)}`,
            count: Number(row[value] ?? 0),
          }))}
        />
      )}
      {question.chart === 'line' && <LineChart chart={linesOf(columns, rows, question.title)} />}
      <DataTable
        label={question.title}
        columns={shown}
        rows={rows.slice(0, 200).map((row, at) => ({ row, at }))}
        keyOf={({ at }) => String(at)}
      />
      <details>
        <summary>{question.in === 'bigquery' ? 'SQL for BigQuery' : 'Request to Elasticsearch'}</summary>
        <pre>{statement}</pre>
      </details>
    </>
  );
}

/** Numbers over the column of times, a series for each value of a column of texts. */
function linesOf(columns: ShownAnswer['columns'], rows: ShownAnswer['rows'], title: string) {
  const at = (type: string) => columns.findIndex((column) => column.type === type);
  const [time, text, value] = [at('time'), at('text'), at('number')];
  const secondsOf = (row: ShownAnswer['rows'][number]) => Date.parse(String(row[time] ?? '')) / 1000;
  const times = [...new Set(rows.map(secondsOf))].filter(Number.isFinite).sort((a, b) => a - b);
  const names = [
    ...new Set(rows.map((row) => (text < 0 ? (columns[value]?.title ?? '') : String(row[text] ?? '')))),
  ].slice(0, 8);
  const series = names.map((name) => {
    const byTime = new Map(
      rows
        .filter((row) => text < 0 || String(row[text] ?? '') === name)
        .map((row) => [secondsOf(row), Number(row[value] ?? 0)]),
    );
    return { name, values: times.map((seconds) => byTime.get(seconds) ?? null) };
  });
  return { kind: 'lines' as const, name: title, title, unit: columns[value]?.unit ?? '', times, series };
}

const cellText = (value: string | number | null, type: string): string => {
  if (value === null) return '–';
  if (type === 'time') return clock(typeof value === 'number' ? value : Date.parse(value));
  return typeof value === 'number' ? String(Number(value.toFixed(3))) : value;
};
