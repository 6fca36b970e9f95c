import { styleText } from 'node:util';
import type { Finding, FoundEvent, Life, WhereAnswer } from '@sluice/operations';
import { cutToWidth, tableLines } from '@sluice/terminal';
import { indentedJson, printable } from '../terminal/printable.ts';

/** The answer as one line of JSON. Events are inserted as text, so that long numbers stay exact. */
export function whereJson(answer: WhereAnswer, withEvent: boolean): string {
  const events = answer.events.map(({ event, ...rest }) => {
    const json = JSON.stringify(rest);
    return withEvent ? `${json.slice(0, -1)},"event":${event ?? 'null'}}` : json;
  });
  const { asked, kind, matches, notes } = answer;
  return `${JSON.stringify({ asked, kind, matches, notes }).slice(0, -1)},"events":[${events.join(',')}]}`;
}

/** The answer for a person. */
export function whereReport(
  answer: WhereAnswer,
  { withEvent, stream }: { withEvent: boolean; stream: NodeJS.WriteStream },
): string[] {
  const { asked, events, matches } = answer;
  const lines: string[] = [];
  if (events.length === 0 && matches.length === 0)
    lines.push(`There is no event with the id, at the place or with the words ${JSON.stringify(asked)}.`);
  if (events.length === 0 && matches.length > 0) {
    const rows = matches.map(({ topic, id, timeMs, excerpt }) => [
      topic,
      printable(id),
      timeMs === undefined ? '' : new Date(timeMs).toISOString(),
      printable(excerpt),
    ]);
    lines.push(...cutToWidth(tableLines(['event', 'id', 'time', 'text'], rows, stream, 4), stream));
    lines.push('', `\`sluice where ${shellWord(matches[0]?.id ?? '')}\` shows where the first one is.`);
  }
  for (const event of events) lines.push(...(lines.length > 0 ? [''] : []), ...eventLines(event, withEvent, stream));
  return [...lines, ...answer.notes.map((note) => printable(note))];
}

const shellWord = (text: string): string =>
  /^[\w./:@-]+$/.test(text) ? text : `'${printable(text).replaceAll("'", "'\\''")}'`;

function eventLines(event: FoundEvent, withEvent: boolean, stream: NodeJS.WriteStream): string[] {
  const { topic, id, kafka, document, object, row, deadLetters } = event;
  const parts: [string, string[]][] = [
    ['Kafka', findingLines(kafka, (found) => `${found.bytes} bytes`)],
    ['Elasticsearch', findingLines(document)],
    [
      'Cloud Storage',
      findingLines(
        object,
        ({ format, row: at, records }) => `${format === 'JSON' ? 'line' : 'row'} ${at} of ${records}`,
      ),
    ],
    [
      'BigQuery',
      [
        ...findingLines(row, ({ job }) => (job === undefined ? '' : `load job ${job}`)),
        ...(row.state === 'found' ? [row.sql] : []),
      ],
    ],
    [
      'dead letters',
      deadLetters.length === 0
        ? ['none']
        : deadLetters.map(
            ({ locator, by, errorClass, reason }) =>
              `${locator}, given up by ${by}: ${errorClass}, ${printable(reason)}`,
          ),
    ],
  ];
  return [
    styleText('bold', `${topic} ${printable(id ?? '')}`, { stream }),
    ...parts.flatMap(([name, lines]) =>
      lines.map((line, at) => `  ${(at === 0 ? name : '').padEnd(14)} ${line}`.trimEnd()),
    ),
    '',
    ...lifeLines(event.life, stream),
    ...(withEvent && event.event !== undefined ? ['', indentedJson(event.event)] : []),
  ];
}

/** The locator with what is known next to it, and the link. */
function findingLines<T>(finding: Finding<T>, more: (found: T) => string = () => ''): string[] {
  if (finding.state !== 'found')
    return [`${finding.state === 'absent' ? 'not there' : 'not known'}: ${printable(finding.why)}`];
  const extra = more(finding);
  return [
    printable(extra === '' ? finding.locator : `${finding.locator}, ${extra}`),
    ...(finding.link === undefined ? [] : [printable(finding.link)]),
  ];
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;

/** When it came to each place, with the seconds between, which add up. */
function lifeLines({ steps, totalMs, unknown }: Life, stream: NodeJS.WriteStream): string[] {
  const rows = steps.map(({ name, atMs, sinceMs, basis }, at) => [
    `  ${name}`,
    new Date(atMs).toISOString(),
    at === 0 ? '' : `+${seconds(sinceMs)}`.padStart(14),
    basis,
  ]);
  const sum = steps.length > 1 ? [['  in all', '', seconds(totalMs).padStart(14), '']] : [];
  return [
    ...tableLines(['  step', 'time', 'after', 'known because'], [...rows, ...sum], stream, 4),
    ...unknown.map(({ name, why }) => `  ${name} is not known: ${printable(why)}`),
  ];
}
