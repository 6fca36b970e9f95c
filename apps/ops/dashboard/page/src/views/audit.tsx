import { useState } from 'preact/hooks';
import type { AuditedTopic, AuditHistory, AuditRun } from '../../../src/api/audits.ts';
import type { ViewProps } from '../view-props.ts';
import { clock, count, duration } from '../format.tsx';
import { Badge } from '../parts/badge.tsx';
import { Command } from '../parts/command.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Empty, Failure, Loaded, Panel } from '../parts/panel.tsx';
import { post, useJson } from '../server.tsx';
import { Link, addressOf } from '../router.tsx';

/** `/audit?run=TIME`: topics × destinations of the last audit, or of an earlier one. */
export function Audit({ address: { query } }: ViewProps) {
  const answer = useJson<AuditHistory>('/api/audits', 2_000);
  return (
    <Loaded answer={answer}>
      {(history) => (
        <>
          <Start history={history} onStarted={answer.reload} />
          <Runs history={history} chosen={Number(query.get('run'))} />
        </>
      )}
    </Loaded>
  );
}

function Start({
  history: { running, failure, canStart, schedule },
  onStarted,
}: {
  history: AuditHistory;
  onStarted: () => void;
}) {
  const [problem, setProblem] = useState<string | undefined>();
  const start = () => {
    setProblem(undefined);
    post('/api/audits', {}).then(onStarted, (error: unknown) =>
      setProblem(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <div class="start">
      <p class="lead">
        An audit compares every record in Kafka with what is at each destination: each once, unchanged, and nothing
        else.
      </p>
      {running !== null ? (
        <p role="status" class="note">
          Running for {duration(Date.now() - running.sinceMs)}. {running.progress}
        </p>
      ) : canStart ? (
        <button type="button" class="primary" onClick={start}>
          Start an audit
        </button>
      ) : (
        <Command text="sluice audit" label="To start one" />
      )}
      {schedule !== null && (
        <p class="note">
          One is started every {duration(schedule.everyMs)}; the next at {clock(schedule.nextMs)}.
        </p>
      )}
      {problem !== undefined && <Failure reason={problem} />}
      {failure !== null && running === null && <Failure reason={`The last audit failed: ${failure}`} />}
    </div>
  );
}

function Runs({ history: { runs }, chosen }: { history: AuditHistory; chosen: number }) {
  const run = runs.find(({ atMs }) => atMs === chosen) ?? runs[0];
  if (run === undefined) return <Empty>There was no audit yet.</Empty>;
  return (
    <>
      <Result run={run} />
      {runs.length > 1 && (
        <Panel title="Earlier audits">
          <ul class="plain-list">
            {runs.map(({ atMs, command, topics }) => (
              <li key={atMs}>
                <Link to={addressOf(['audit'], { run: atMs })} current={atMs === run.atMs}>
                  {clock(atMs)}
                </Link>{' '}
                {verdict(topics)} <code>{command}</code>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

const verdict = (topics: readonly AuditedTopic[]): string => {
  const bad = topics.filter(({ ok }) => !ok).length;
  return bad === 0 ? 'all equal' : `${bad} of ${topics.length} differ`;
};

function Result({ run: { atMs, tookMs, command, topics } }: { run: AuditRun }) {
  const findings = topics.filter(({ findings: found }) => found.length > 0);
  return (
    <Panel
      title={`Audit of ${clock(atMs)}`}
      aside={<Badge tone={topics.every(({ ok }) => ok) ? 'good' : 'bad'}>{verdict(topics)}</Badge>}
    >
      <p class="caption">
        {command}, in {duration(tookMs)}
      </p>
      <DataTable
        label="Topics and destinations"
        rows={topics}
        keyOf={({ topic, destination }) => `${topic} ${destination}`}
        rowClass={({ ok }) => (ok ? '' : 'bad')}
        columns={[
          { title: 'Topic', cell: ({ topic }) => topic },
          { title: 'Destination', cell: ({ destination }) => destination },
          { title: 'Verdict', cell: ({ ok }) => <Badge tone={ok ? 'good' : 'bad'}>{ok ? 'equal' : 'differs'}</Badge> },
          { title: 'Expected', isNumber: true, cell: ({ expected }) => count(expected) },
          { title: 'Present', isNumber: true, cell: ({ present }) => count(present) },
          { title: 'Dead letters', isNumber: true, cell: ({ deadLetters }) => count(deadLetters) },
          { title: 'Missing', isNumber: true, cell: ({ missing }) => count(missing) },
          { title: 'Duplicate', isNumber: true, cell: ({ duplicate }) => count(duplicate) },
          { title: 'Changed', isNumber: true, cell: ({ changed }) => count(changed) },
          { title: 'Unknown', isNumber: true, cell: ({ unknown }) => count(unknown) },
          { title: 'Not yet', isNumber: true, cell: ({ notYetDelivered }) => count(notYetDelivered) },
        ]}
      />
      {findings.map(({ topic, destination, findings: found }) => (
        <div key={`${topic} ${destination}`}>
          <h3>
            {topic} in {destination}
          </h3>
          <ul class="plain-list">
            {found.map((finding) => (
              <li key={finding}>{finding}</li>
            ))}
          </ul>
        </div>
      ))}
    </Panel>
  );
}
