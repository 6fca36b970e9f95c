import { useState } from 'preact/hooks';
import type {
  DeadLetterCause,
  DeadLetterLine,
  DeadLetterList,
  ReplayResult,
  ShownDeadLetter,
} from '../../../src/api/dead-letters.ts';
import type { ViewProps } from '../view-props.tsx';
import { clock, count } from '../format.tsx';
import { Badge } from '../parts/badge.tsx';
import { Command } from '../parts/command.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { exactParse, JsonView } from '../parts/json-view.tsx';
import { Empty, Failure, Loaded, Panel } from '../parts/panel.tsx';
import { addressOf, Link } from '../router.tsx';
import { post, useJson } from '../server.tsx';

/** `/dead-letters?topic=…&reason=…`, and `/dead-letters/TOPIC/PARTITION/OFFSET` for one. */
export function DeadLetters({ address: { parts, query }, live: { overview } }: ViewProps) {
  const [, topic, partition, offset] = parts;
  const canWrite = overview?.canWrite === true;
  if (topic !== undefined && partition !== undefined && offset !== undefined)
    return <One topic={topic} partition={partition} offset={offset} canWrite={canWrite} />;
  return <All topic={query.get('topic') ?? ''} reason={query.get('reason') ?? ''} canWrite={canWrite} />;
}

function All({ topic, reason, canWrite }: { topic: string; reason: string; canWrite: boolean }) {
  const answer = useJson<DeadLetterList>(`/api/dead-letters?${new URLSearchParams({ topic, reason })}`, 30_000);
  const isNarrow = topic !== '' || reason !== '';
  return (
    <Loaded answer={answer}>
      {({ causes, newest, count: all }) =>
        all === 0 ? (
          <Empty>
            {isNarrow ? (
              <>
                No dead letter matches. <Link to="/dead-letters">Show all</Link>
              </>
            ) : (
              'There are no dead letters: nothing was refused.'
            )}
          </Empty>
        ) : (
          <>
            <p class="lead">
              {count(all)} dead letters of {count(causes.length)} {causes.length === 1 ? 'cause' : 'causes'}
              {isNarrow && (
                <>
                  . <Link to="/dead-letters">Show all</Link>
                </>
              )}
            </p>
            <Panel title="By cause">
              <Causes causes={causes} canWrite={canWrite} onDone={answer.reload} />
            </Panel>
            <Panel title={newest.length < all ? `The newest ${newest.length}` : 'All'}>
              <Newest newest={newest} />
            </Panel>
          </>
        )
      }
    </Loaded>
  );
}

const Causes = ({
  causes,
  canWrite,
  onDone,
}: {
  causes: readonly DeadLetterCause[];
  canWrite: boolean;
  onDone: () => void;
}) => (
  <ul class="causes">
    {causes.map((cause) => (
      <li key={`${cause.topic} ${cause.by} ${cause.errorClass} ${cause.reason}`}>
        <div class="cause">
          <span class="value">{count(cause.open)}</span>
          <div class="grow">
            <Link to={addressOf(['dead-letters'], { topic: cause.topic, reason: cause.reason })}>
              {cause.reason || cause.errorClass}
            </Link>
            <p class="caption">
              {cause.topic}, given up by {cause.by}, {cause.errorClass}; last {clock(cause.lastDeadMs)}
              {cause.replayed > 0 && `; ${count(cause.replayed)} replayed`}
            </p>
          </div>
        </div>
        <Replay
          about={{ topic: `${cause.topic}.dlq`, by: cause.by, errorClass: cause.errorClass, reason: cause.reason }}
          canWrite={canWrite}
          onDone={onDone}
        />
      </li>
    ))}
  </ul>
);

const Newest = ({ newest }: { newest: readonly DeadLetterLine[] }) => (
  <DataTable
    label="Newest dead letters"
    rows={newest}
    keyOf={({ topic, partition, offset }) => `${topic} ${partition} ${offset}`}
    columns={[
      {
        title: 'Dead letter',
        cell: ({ topic, partition, offset }) => (
          <Link to={addressOf(['dead-letters', topic, partition, offset])}>{`${topic}:${partition}:${offset}`}</Link>
        ),
      },
      { title: 'Given up', cell: ({ deadSinceMs }) => clock(deadSinceMs) },
      { title: 'By', cell: ({ by }) => by },
      { title: 'State', cell: ({ state }) => <Badge tone={state === 'open' ? 'warn' : 'quiet'}>{state}</Badge> },
      { title: 'From', class: 'code', cell: ({ from }) => from },
      { title: 'Reason', class: 'wide', cell: ({ reason }) => reason },
    ]}
  />
);

type About = Readonly<Record<string, string>> & { topic: string };

/** A dry run first; only after it, the replay. */
function Replay({ about, canWrite, onDone }: { about: About; canWrite: boolean; onDone: () => void }) {
  const [result, setResult] = useState<ReplayResult | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  const [isBusy, setBusy] = useState(false);
  const run = (dryRun: boolean) => {
    setBusy(true);
    setProblem(undefined);
    post<ReplayResult>('/api/replays', { ...about, dryRun: String(dryRun) }).then(
      (found) => {
        setBusy(false);
        setResult(found);
        if (!found.dryRun) onDone();
      },
      (error: unknown) => {
        setBusy(false);
        setProblem(error instanceof Error ? error.message : String(error));
      },
    );
  };
  if (!canWrite) return <Command text={replayCommand(about)} label="To replay them" />;
  return (
    <div class="replay">
      <div class="buttons">
        <button type="button" disabled={isBusy} onClick={() => run(true)}>
          {isBusy ? 'Trying …' : 'Try a replay'}
        </button>
        {result?.dryRun === true && result.replayed > 0 && (
          <button
            type="button"
            class="primary"
            disabled={isBusy}
            onClick={() => run(false)}
          >{`Replay ${count(result.replayed)}`}</button>
        )}
      </div>
      {problem !== undefined && <Failure reason={problem} />}
      {result !== undefined && <Replayed result={result} />}
    </div>
  );
}

function Replayed({
  result: { dryRun, replayed, before, stays, staysCount, total, command },
}: {
  result: ReplayResult;
}) {
  return (
    <div role="status">
      <p>
        {dryRun
          ? `${count(replayed)} of ${count(total)} can be read now and would be published again`
          : `${count(replayed)} of ${count(total)} were published again`}
        {before > 0 && `; ${count(before)} were replayed before`}
        {staysCount > 0 && `; ${count(staysCount)} stay`}.
      </p>
      {stays.length > 0 && (
        <details>
          <summary>Those that stay</summary>
          <ul class="plain-list">
            {stays.map(({ name, reason }) => (
              <li key={name}>
                <code>{name}</code> {reason}
              </li>
            ))}
          </ul>
        </details>
      )}
      <Command text={command} />
    </div>
  );
}

const quoted = (text: string): string =>
  /^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

const replayCommand = (about: About): string =>
  [
    'sluice dead-letters replay',
    ...Object.entries(about).map(
      ([name, value]) => `--${name.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)} ${quoted(value)}`,
    ),
    '--dry-run',
  ].join(' ');

function One({
  topic,
  partition,
  offset,
  canWrite,
}: {
  topic: string;
  partition: string;
  offset: string;
  canWrite: boolean;
}) {
  const answer = useJson<ShownDeadLetter>(
    `/api/dead-letters/${[topic, partition, offset].map(encodeURIComponent).join('/')}`,
  );
  return (
    <>
      <p>
        <Link to="/dead-letters">All dead letters</Link>
      </p>
      <Loaded answer={answer}>
        {(found) => (
          <>
            <Panel
              title={`${topic}:${partition}:${offset}`}
              aside={<Badge tone={found.state === 'open' ? 'warn' : 'quiet'}>{found.state}</Badge>}
            >
              <dl class="pairs">
                {facts(found).map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
              <Replay about={{ topic, partition, offset }} canWrite={canWrite} onDone={answer.reload} />
            </Panel>
            <Panel title={found.event === null ? 'Its bytes' : 'The event'}>
              {found.event !== null ? (
                <JsonView value={exactParse(found.event)} />
              ) : (
                <>
                  <p>{found.unreadable}</p>
                  {found.base64 !== null && <pre class="bytes">{hexOf(found.base64)}</pre>}
                </>
              )}
            </Panel>
          </>
        )}
      </Loaded>
    </>
  );
}

const facts = ({
  reason,
  by,
  errorClass,
  from,
  deadSinceMs,
  firstSeenMs,
  attempts,
  replays,
  key,
  headers,
}: ShownDeadLetter): [string, string][] => [
  ['Reason', reason],
  ['Given up by', `${by} (${errorClass}) at ${clock(deadSinceMs)}`],
  ['First read', `${clock(firstSeenMs)}, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}, ${replays} replays`],
  ['From', from],
  ['Key', key ?? 'none'],
  ...Object.entries(headers).map(([name, value]): [string, string] => [`Header ${name}`, value]),
];

/** Sixteen bytes a line, with what is text beside them. */
function hexOf(base64: string): string {
  const all = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)).subarray(0, 4096);
  const lines: string[] = [];
  for (let at = 0; at < all.length; at += 16) {
    const row = [...all.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines.join('\n');
}
