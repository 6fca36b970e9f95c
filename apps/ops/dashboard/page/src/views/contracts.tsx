import type { ContractDetails, ContractField, ContractSummary, SchemaVersion } from '../../../src/api/contracts.ts';
import type { ViewProps } from '../view-props.tsx';
import { count } from '../format.tsx';
import { Badge } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Empty, Loaded, Panel } from '../parts/panel.tsx';
import { addressOf, Link } from '../router.tsx';
import { useJson } from '../server.tsx';

/** `/contracts/TOPIC`: Avro, mapping and column of each field side by side, and where what exists differs. */
export function Contracts({ address: { parts } }: ViewProps) {
  const summaries = useJson<ContractSummary[]>('/api/contracts');
  const topic = parts[1] ?? summaries.data?.[0]?.topic;
  return (
    <Loaded answer={summaries}>
      {(contracts) => (
        <>
          <nav class="tabs" aria-label="Contracts">
            <ul>
              {contracts.map((each) => (
                <li key={each.topic}>
                  <Link to={addressOf(['contracts', each.topic])} current={each.topic === topic}>
                    {each.topic}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
          {topic !== undefined && <One topic={topic} />}
        </>
      )}
    </Loaded>
  );
}

function One({ topic }: { topic: string }) {
  const answer = useJson<ContractDetails>(`/api/contracts/${encodeURIComponent(topic)}`);
  return (
    <Loaded answer={answer}>
      {(contract) => {
        const drifted = contract.columns.filter(
          ({ liveMapping, liveColumn }) => liveMapping !== undefined || liveColumn !== undefined,
        ).length;
        return (
          <>
            <Panel
              title={contract.name}
              aside={
                <Badge tone={drifted === 0 ? 'good' : 'bad'}>
                  {drifted === 0 ? 'no drift' : `${count(drifted)} fields differ`}
                </Badge>
              }
            >
              <p>{contract.doc}</p>
              <dl class="pairs">
                {(
                  [
                    ['Topic', contract.topic],
                    ['Key', contract.key.join(', ') || 'none'],
                    ['Time', contract.time],
                    ['Indices', `${contract.index}, rotated by ${contract.rotation}`],
                    ['Table', contract.table],
                  ] as const
                ).map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd class="code">{value}</dd>
                  </div>
                ))}
              </dl>
              {contract.notes.map((note) => (
                <p key={note} class="note">
                  {note}
                </p>
              ))}
            </Panel>
            <Panel title="Versions in the registry">
              {contract.versions.length === 0 ? (
                <Empty>No version is registered: nothing was published yet.</Empty>
              ) : (
                <Versions versions={contract.versions} />
              )}
            </Panel>
            <Panel title={`${count(contract.columns.length)} fields`}>
              <Fields fields={contract.columns} />
            </Panel>
          </>
        );
      }}
    </Loaded>
  );
}

const Versions = ({ versions }: { versions: readonly SchemaVersion[] }) => (
  <DataTable
    label="Versions"
    rows={versions}
    keyOf={({ version }) => String(version)}
    columns={[
      { title: 'Version', cell: ({ version }) => version },
      { title: 'Schema id', isNumber: true, cell: ({ id }) => id },
      { title: 'Fields', isNumber: true, cell: ({ fields }) => fields },
      {
        title: 'Against the contract',
        class: 'wide',
        cell: ({ added, removed, isContract }) =>
          isContract
            ? 'the same fields'
            : [
                added.length > 0 ? `more: ${added.join(', ')}` : '',
                removed.length > 0 ? `without ${removed.join(', ')}` : '',
              ]
                .filter(Boolean)
                .join('; '),
      },
    ]}
  />
);

const Fields = ({ fields }: { fields: readonly ContractField[] }) => (
  <DataTable
    label="Fields"
    rows={fields}
    keyOf={({ path }) => path}
    columns={[
      {
        title: 'Field',
        class: 'code',
        cell: ({ path, doc }) => <span {...(doc !== undefined && { title: doc })}>{path}</span>,
      },
      { title: 'Avro', class: 'code', cell: ({ avro }) => avro },
      { title: 'Annotation', cell: ({ annotation }) => annotation ?? '' },
      {
        title: 'Elasticsearch',
        class: 'code',
        cell: ({ mapping, liveMapping }) => <Drift expected={mapping} live={liveMapping} />,
      },
      {
        title: 'BigQuery',
        class: 'code',
        cell: ({ column, liveColumn }) => <Drift expected={column} live={liveColumn} />,
      },
    ]}
  />
);

function Drift({ expected, live }: { expected: string | undefined; live: string | undefined }) {
  if (live === undefined) return <>{expected ?? ''}</>;
  return (
    <>
      <s>{expected}</s> <strong class="bad-text">{live}</strong>
    </>
  );
}
