import { useEffect, useState } from 'preact/hooks';
import type { Finding, FoundEvent, Life, WhereAnswer } from '../../../src/api/where.ts';
import type { ViewProps } from '../view-props.tsx';
import { bytes, clock, duration, exactClock } from '../format.tsx';
import { Badge } from '../parts/badge.tsx';
import { Command } from '../parts/command.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { exactParse, JsonView } from '../parts/json-view.tsx';
import { Empty, Loaded, Panel } from '../parts/panel.tsx';
import { addressOf, go, Link } from '../router.tsx';
import { useJson } from '../server.tsx';

/** `/where?q=…`: one event in Kafka and at all destinations. */
export function Where({ address: { query } }: ViewProps) {
  const asked = query.get('q') ?? '';
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);
  const answer = useJson<WhereAnswer>(asked === '' ? undefined : `/api/where?${new URLSearchParams({ q: asked })}`);
  return (
    <>
      <form
        class="search"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          go(addressOf(['where'], { q: text.trim() }));
        }}
      >
        <label for="where">An event id, topic:partition:offset, or words of its text</label>
        <input
          id="where"
          type="search"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          placeholder="tweets:0:1234"
        />
        <button type="submit">Find</button>
      </form>
      {asked === '' ? (
        <Empty>
          Kafka, the index, the object, the row and the dead letters are looked through, and the event’s times are set
          side by side.
        </Empty>
      ) : (
        <>
          <Command text={`sluice where '${asked.replaceAll("'", String.raw`'\''`)}'`} />
          <Loaded answer={answer}>{(found) => <Result answer={found} />}</Loaded>
        </>
      )}
    </>
  );
}

function Result({ answer: { events, matches, notes } }: { answer: WhereAnswer }) {
  return (
    <>
      {notes.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
      {events.length === 0 && matches.length === 0 && <Empty>Nothing was found.</Empty>}
      {matches.length > 0 && events.length !== 1 && <Matches matches={matches} />}
      {events.map((event) => (
        <Event
          key={`${event.topic} ${event.id} ${event.kafka.state === 'found' ? event.kafka.locator : ''}`}
          event={event}
        />
      ))}
    </>
  );
}

const Matches = ({ matches }: { matches: WhereAnswer['matches'] }) => (
  <Panel title={`${matches.length} events match`}>
    <DataTable
      label="Events that match"
      rows={matches}
      keyOf={({ topic, id }) => `${topic} ${id}`}
      columns={[
        { title: 'Event', cell: ({ id }) => <Link to={addressOf(['where'], { q: id })}>{id}</Link> },
        { title: 'Topic', cell: ({ topic }) => topic },
        { title: 'Time', cell: ({ timeMs }) => (timeMs === undefined ? '' : clock(timeMs)) },
        { title: 'Text', class: 'wide', cell: ({ excerpt }) => excerpt },
      ]}
    />
  </Panel>
);

function Event({ event }: { event: FoundEvent }) {
  const { kafka, document, object, row, deadLetters } = event;
  const places: [string, Finding<object>, string][] = [
    [
      'Kafka',
      kafka,
      kafka.state === 'found'
        ? `${kafka.bytes === undefined ? '' : bytes(kafka.bytes)}, ${exactClock(kafka.timestampMs)}`
        : '',
    ],
    ['Index', document, ''],
    ['Object', object, object.state === 'found' ? `row ${object.row} of ${object.records}, ${object.format}` : ''],
    ['Row', row, row.state === 'found' ? row.sql : ''],
  ];
  return (
    <Panel title={`${event.topic} ${event.id ?? ''}`}>
      <LifeBar life={event.life} />
      <DataTable
        label="Where it is"
        rows={places}
        keyOf={([name]) => name}
        columns={[
          { title: 'Place', cell: ([name]) => name },
          {
            title: 'State',
            cell: ([, finding]) => (
              <Badge tone={finding.state === 'found' ? 'good' : finding.state === 'absent' ? 'bad' : 'quiet'}>
                {finding.state}
              </Badge>
            ),
          },
          { title: 'Where', class: 'code wide', cell: ([, finding]) => <Locator finding={finding} /> },
          { title: 'More', class: 'wide', cell: ([, , more]) => more },
        ]}
      />
      {deadLetters.length > 0 && (
        <ul class="plain-list">
          {deadLetters.map(({ locator, by, reason, deadSinceMs }) => {
            const [topic = '', partition = '', offset = ''] = locator.split(/[ :]/);
            return (
              <li key={locator}>
                <Link to={addressOf(['dead-letters', topic, partition, offset])}>{locator}</Link>, given up by {by} at{' '}
                {clock(deadSinceMs)}: {reason}
              </li>
            );
          })}
        </ul>
      )}
      {event.event !== undefined && (
        <details>
          <summary>The event</summary>
          <JsonView value={exactParse(event.event)} />
        </details>
      )}
    </Panel>
  );
}

function Locator({ finding }: { finding: Finding<object> }) {
  if (finding.state !== 'found') return <>{finding.why}</>;
  if (finding.link === undefined) return <>{finding.locator}</>;
  return (
    <a href={finding.link} target="_blank" rel="noreferrer">
      {finding.locator}
    </a>
  );
}

/** The event's life: how long it took from place to place. */
function LifeBar({ life: { steps, totalMs, unknown } }: { life: Life }) {
  if (steps.length === 0) return null;
  const [first] = steps;
  return (
    <figure class="life" aria-label={`From ${first?.name} to ${steps.at(-1)?.name} in ${duration(totalMs)}`}>
      <ol>
        {steps.map(({ name, atMs, sinceMs, basis }, at) => (
          <li
            key={name}
            style={at === 0 ? { flexGrow: 0 } : { flexGrow: 1 + (20 * sinceMs) / Math.max(1, totalMs) }}
            title={basis}
          >
            <span class={`segment ${name}`} aria-hidden="true" />
            <strong>{name}</strong>
            <span class="caption">{at === 0 ? clock(atMs) : `+ ${duration(sinceMs)}`}</span>
          </li>
        ))}
      </ol>
      <figcaption>
        {duration(totalMs)} in all
        {unknown.map(({ name, why }) => `; ${name}: ${why}`).join('')}
      </figcaption>
    </figure>
  );
}
