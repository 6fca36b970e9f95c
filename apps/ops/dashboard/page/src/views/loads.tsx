import type { LoadList, ShownLoad, TableQuota } from '../../../src/api/loads.ts';
import type { ViewProps } from '../view-props.ts';
import { clock, count, duration } from '../format.tsx';
import { Badge, type Tone } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Empty, Loaded, Panel } from '../parts/panel.tsx';
import { addressOf, go, Link, withQuery } from '../router.tsx';
import { useJson } from '../server.tsx';

const tones: Readonly<Record<ShownLoad['state'], Tone>> = {
  pending: 'quiet',
  running: 'quiet',
  loaded: 'good',
  failed: 'bad',
};

/** `/loads?of=TOPIC&state=…`: BigQuery's load jobs of the last day, and how much of the day's quota they take. */
export function Loads({ address: { query } }: ViewProps) {
  const [of, state] = [query.get('of') ?? '', query.get('state') ?? ''];
  const answer = useJson<LoadList>(`/api/loads?${new URLSearchParams({ of, state })}`, 10_000);
  return (
    <Loaded answer={answer}>
      {({ isConfigured, jobs, counted, isCut, tables, limit }) =>
        !isConfigured ? (
          <Empty>No BigQuery is configured: BIGQUERY_PROJECT or BIGQUERY_ENDPOINT says where it is.</Empty>
        ) : counted === 0 ? (
          <Empty>There was no load job in the last day.</Empty>
        ) : (
          <>
            <Panel title="Quota of the day" aside={`${isCut ? 'at least ' : ''}${count(counted)} jobs in 24 hours`}>
              <Quotas tables={tables} limit={limit} />
            </Panel>
            <div class="controls">
              <label>
                State
                <select value={state} onChange={(event) => go(withQuery({ state: event.currentTarget.value }))}>
                  {['', 'pending', 'running', 'loaded', 'failed'].map((each) => (
                    <option key={each} value={each}>
                      {each === '' ? 'any' : each}
                    </option>
                  ))}
                </select>
              </label>
            </div>
            <Panel title={jobs.length < counted ? `The newest ${jobs.length} jobs` : 'All jobs'}>
              {jobs.length === 0 ? <Empty>No job is in this state.</Empty> : <Jobs jobs={jobs} />}
            </Panel>
          </>
        )
      }
    </Loaded>
  );
}

const Quotas = ({ tables, limit }: { tables: readonly TableQuota[]; limit: number }) => (
  <DataTable
    label="Load jobs of each table"
    rows={tables}
    keyOf={({ table }) => table}
    columns={[
      { title: 'Table', cell: ({ table }) => table },
      { title: 'Jobs in 24 h', isNumber: true, cell: ({ jobs }) => `${count(jobs)} of ${count(limit)}` },
      {
        title: 'Share',
        class: 'trend',
        cell: ({ jobs }) => (
          <meter
            value={jobs}
            max={limit}
            low={limit * 0.7}
            high={limit * 0.9}
            optimum={0}
            aria-label={`${Math.round((100 * jobs) / limit)} % of the quota`}
          />
        ),
      },
      {
        title: 'At this pace, in a day',
        isNumber: true,
        cell: ({ forecast }) => <span class={forecast > limit ? 'bad-text' : ''}>{count(forecast)}</span>,
      },
      {
        title: 'Failed',
        isNumber: true,
        cell: ({ failed, table }) =>
          failed === 0 ? (
            '0'
          ) : (
            <Link to={addressOf(['loads'], { state: 'failed' })} label={`${count(failed)} failed jobs of ${table}`}>
              {count(failed)}
            </Link>
          ),
      },
    ]}
  />
);

const Jobs = ({ jobs }: { jobs: readonly ShownLoad[] }) => (
  <DataTable
    label="Load jobs"
    rows={jobs}
    keyOf={({ id }) => id}
    columns={[
      { title: 'Created', cell: ({ createdMs }) => clock(createdMs) },
      { title: 'Table', cell: ({ table }) => table },
      { title: 'State', cell: ({ state }) => <Badge tone={tones[state]}>{state}</Badge> },
      { title: 'Took', isNumber: true, cell: ({ durationMs }) => duration(durationMs) },
      { title: 'Objects', isNumber: true, cell: ({ objects }) => count(objects) },
      { title: 'Rows', isNumber: true, cell: ({ rows }) => count(rows) },
      {
        title: 'Refused',
        isNumber: true,
        cell: ({ badRows, deadLetters, table, id }) =>
          deadLetters === null ? (
            '0'
          ) : (
            <Link
              to={addressOf(['dead-letters'], { topic: deadLetters })}
              label={`${badRows === 0 ? 'see' : count(badRows)} dead letters of ${table}, job ${id}`}
            >
              {badRows === 0 ? 'see' : count(badRows)}
            </Link>
          ),
      },
      { title: 'Error', class: 'wide', cell: ({ error }) => error ?? '' },
      { title: 'Job', class: 'code', cell: ({ id }) => id },
    ]}
  />
);
