import { useEffect, useState } from 'preact/hooks';
import type { ShownRecord } from '../../../src/api/records.ts';
import type { ViewProps } from '../view-props.tsx';
import { bytes, count, exactClock, pace } from '../format.tsx';
import { Command } from '../parts/command.tsx';
import { download } from '../parts/download.tsx';
import { exactParse, JsonView, type Scalar } from '../parts/json-view.tsx';
import { Empty, Failure } from '../parts/panel.tsx';
import { useTail, type TailState } from '../parts/use-tail.tsx';
import { addressOf, go, withQuery } from '../router.tsx';

/** `/records/TOPIC?filter=…&paused=yes&at=PARTITION:OFFSET`: browse and follow a topic. */
export function Records({ address: { parts, query }, live: { overview } }: ViewProps) {
  const topics = (overview?.topics ?? []).map(({ name }) => name);
  const topic = parts[1] ?? topics.find((name) => name === 'host-metrics') ?? topics[0];
  const filter = query.get('filter') ?? '';
  const isPaused = query.get('paused') === 'yes';
  const tail = useTail(topic, filter, isPaused);
  if (topic === undefined) return <Empty>There are no topics yet.</Empty>;
  return (
    <>
      <div class="controls">
        <label>
          Topic
          <select value={topic} onChange={(event) => go(addressOf(['records', event.currentTarget.value]))}>
            {[...new Set([topic, ...topics])].map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <FilterField filter={filter} />
        <div class="buttons">
          <button
            type="button"
            aria-pressed={isPaused}
            onClick={() => go(withQuery({ paused: isPaused ? undefined : 'yes' }), true)}
          >
            {isPaused ? 'Resume' : 'Pause'}
          </button>
          <button
            type="button"
            disabled={tail.records.length === 0}
            onClick={() => download(topic, tail.records, 'jsonl')}
          >
            JSON lines
          </button>
          <button
            type="button"
            disabled={tail.records.length === 0}
            onClick={() => download(topic, tail.records, 'csv')}
          >
            CSV
          </button>
        </div>
      </div>
      {tail.command !== undefined && <Command text={tail.command} />}
      <TailNotes tail={tail} isPaused={isPaused} />
      <RecordList topic={topic} tail={tail} filter={filter} open={query.get('at') ?? undefined} />
    </>
  );
}

function FilterField({ filter }: { filter: string }) {
  const [text, setText] = useState(filter);
  useEffect(() => setText(filter), [filter]);
  return (
    <form
      class="grow"
      onSubmit={(event) => {
        event.preventDefault();
        go(withQuery({ filter: text.trim(), at: undefined }));
      }}
    >
      <label for="filter">Filter</label>
      <div class="joined">
        <input
          id="filter"
          class="code"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          placeholder={'text contains "bts" and language = "ko"'}
          spellcheck={false}
        />
        <button type="submit">Apply</button>
        {filter !== '' && (
          <button type="button" onClick={() => go(withQuery({ filter: undefined, at: undefined }))}>
            Clear
          </button>
        )}
      </div>
    </form>
  );
}

function TailNotes({ tail, isPaused }: { tail: TailState; isPaused: boolean }) {
  const { counts, readPerSecond, records, notices, refused, unknownPaths } = tail;
  const shown = `${count(records.length)} ${records.length === 1 ? 'record' : 'records'} here`;
  const left =
    counts === undefined
      ? ''
      : [
          counts.filtered > 0 ? `${count(counts.filtered)} do not match` : '',
          counts.overRate > 0 ? `${count(counts.overRate)} left out, as more came than 50 a second` : '',
          counts.undecodable > 0 ? `${count(counts.undecodable)} cannot be decoded` : '',
          counts.skippedOffsets !== '0' ? `${counts.skippedOffsets} offsets are skipped` : '',
        ]
          .filter(Boolean)
          .join('; ');
  return (
    <>
      {refused !== undefined && <Failure reason={refused.reason} />}
      {refused?.caret !== undefined && <pre class="caret">{refused.caret}</pre>}
      {unknownPaths.map(({ path, suggestion }) => (
        <p key={path} class="note">
          The contract has no field {path}
          {suggestion === null ? '' : `; did you mean ${suggestion}?`}
        </p>
      ))}
      <p class="tail-state">
        {isPaused ? 'Paused: ' : ''}
        {shown}
        {readPerSecond === undefined ? '' : ` of ${pace(readPerSecond)} read`}
        {left === '' ? '' : `. ${left}`}
      </p>
      {notices.map((notice) => (
        <p key={notice} class="note">
          {notice}
        </p>
      ))}
    </>
  );
}

function RecordList({
  topic,
  tail,
  filter,
  open,
}: {
  topic: string;
  tail: TailState;
  filter: string;
  open: string | undefined;
}) {
  const { records, refused } = tail;
  if (records.length === 0)
    return refused === undefined ? (
      <Empty>{filter === '' ? `No record of ${topic} yet.` : 'No record matches yet. The tail goes on.'}</Empty>
    ) : null;
  return (
    <ul class="records" aria-label={`Records of ${topic}`}>
      {records.map((record) => {
        const place = `${record.partition}:${record.offset}`;
        const isOpen = open === place;
        return (
          <li key={place} class={isOpen ? 'is-open' : ''}>
            <button
              type="button"
              class="plain line"
              aria-expanded={isOpen}
              onClick={() => go(withQuery({ at: isOpen ? undefined : place }), true)}
            >
              <time>{exactClock(record.timeMs)}</time>
              <span class="place">{place}</span>
              <span class="preview">{previewOf(record)}</span>
            </button>
            {isOpen && <OpenRecord topic={topic} record={record} filter={filter} />}
          </li>
        );
      })}
    </ul>
  );
}

const previewOf = ({ value, key }: ShownRecord): string => {
  switch (value.kind) {
    case 'json':
      return value.json.slice(0, 400);
    case 'text':
      return value.text.slice(0, 400);
    case 'tombstone':
      return `tombstone of ${key ?? 'no key'}`;
    case 'bytes':
      return value.reason ?? value.base64.slice(0, 100);
  }
};

function OpenRecord({ topic, record, filter }: { topic: string; record: ShownRecord; filter: string }) {
  const { value, key, headers, partition, offset } = record;
  const pick = (path: readonly (string | number)[], picked: Scalar) => {
    const json = typeof picked === 'bigint' ? String(picked) : JSON.stringify(picked);
    void fetch(`/api/filter-clause?${new URLSearchParams({ path: JSON.stringify(path), value: json })}`)
      .then((response) => response.json() as Promise<{ clause: string }>)
      .then(({ clause }) =>
        go(withQuery({ filter: filter === '' ? clause : `${filter} and ${clause}`, at: undefined })),
      );
  };
  return (
    <div class="open-record">
      <p class="facts-line">
        <span>key {key ?? 'none'}</span>
        <span>{bytes(record.bytes)}</span>
        {Object.entries(headers).map(([name, text]) => (
          <span key={name}>
            {name}: {text}
          </span>
        ))}
        <a href={addressOf(['where'], { q: `${topic}:${partition}:${offset}` })}>Where is it?</a>
      </p>
      {value.kind === 'json' ? (
        <JsonView value={exactParse(value.json)} onPick={pick} />
      ) : (
        <pre>{value.kind === 'text' ? value.text : value.kind === 'bytes' ? value.base64 : ''}</pre>
      )}
    </div>
  );
}
