import type { AppState, Delivery, Overview, ServerState, TopicState } from '../../../src/api/overview.ts';
import type { ViewProps } from '../view-props.tsx';
import { clock, compact, count, duration, pace } from '../format.tsx';
import { Badge, toneOf } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { FlowPicture } from '../parts/flow-picture.tsx';
import { Empty, Panel } from '../parts/panel.tsx';
import { addressOf, Link } from '../router.tsx';

/** `/flow`, and `/flow/app|topic|server/NAME` with one part in detail. */
export function Flow({ address, live: { overview } }: ViewProps) {
  if (overview === undefined) return <Empty>Waiting for the first look at the flow …</Empty>;
  const [, kind, name] = address.parts;
  const isEmpty = overview.apps.length === 0 && overview.topics.length === 0;
  return (
    <>
      <Summary overview={overview} />
      {isEmpty ? (
        <Empty>No app answers and there are no topics yet. Start a source, and this picture fills.</Empty>
      ) : (
        <FlowPicture overview={overview} chosen={name === undefined ? undefined : `${kind} ${name}`} />
      )}
      {kind === 'topic' && name !== undefined && (
        <TopicDetails
          topic={overview.topics.find((each) => each.name === name)}
          deliveries={overview.deliveries}
          name={name}
        />
      )}
      {kind === 'app' && name !== undefined && (
        <AppDetails app={overview.apps.find((each) => each.name === name)} name={name} />
      )}
      <div class="columns">
        <Panel title="Apps">
          {overview.apps.length === 0 ? (
            <Empty>No app is known. DASHBOARD_APPS says where they are.</Empty>
          ) : (
            <Apps apps={overview.apps} />
          )}
        </Panel>
        <Panel title="Servers">
          <Servers servers={overview.servers} />
        </Panel>
      </div>
      <Panel title="Topics">
        {overview.topics.length === 0 ? <Empty>There are no topics yet.</Empty> : <Topics topics={overview.topics} />}
      </Panel>
    </>
  );
}

function Summary({ overview: { apps, topics, deliveries, servers } }: { overview: Overview }) {
  const incoming = apps.filter(({ role }) => role === 'source').flatMap(({ writes }) => writes);
  const waiting = deliveries.reduce((sum, { lag }) => sum + lag, 0);
  const oldest = Math.max(0, ...deliveries.map(({ ageSeconds }) => ageSeconds));
  const deadLetters = topics
    .filter(({ kind }) => kind === 'dead letters')
    .reduce((sum, { records }) => sum + records, 0);
  const up = servers.filter(({ isUp }) => isUp === true).length;
  const facts: [string, string, string][] = [
    ['From sources', pace(incoming.reduce((sum, { perSecond }) => sum + (perSecond ?? 0), 0)), '/flow'],
    ['Not delivered yet', compact(waiting), '/freshness'],
    ['Oldest of them', oldest === 0 ? '0 s' : duration(oldest * 1000), '/freshness'],
    ['Dead letters', compact(deadLetters), '/dead-letters'],
    ['Servers up', `${up} of ${servers.length}`, '/flow'],
  ];
  return (
    <ul class="facts">
      {facts.map(([title, value, to]) => (
        <li key={title}>
          <Link to={to}>
            <span class="value">{value}</span>
            <span class="caption">{title}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

const Apps = ({ apps }: { apps: readonly AppState[] }) => (
  <DataTable
    label="Apps"
    rows={apps}
    keyOf={({ name }) => name}
    columns={[
      { title: 'App', cell: ({ name }) => <Link to={addressOf(['flow', 'app', name])}>{name}</Link> },
      { title: 'Role', cell: ({ role }) => role },
      { title: 'State', cell: ({ state }) => <Badge tone={toneOf(state)}>{state}</Badge> },
      {
        title: 'Rate',
        isNumber: true,
        cell: ({ reads, writes, role }) => pace(sum(role === 'source' ? writes : reads)),
      },
      {
        title: 'Why',
        class: 'wide',
        cell: ({ reason, sinceMs, state }) =>
          state === 'running' ? '' : `since ${clock(sinceMs)}${reason === undefined ? '' : `: ${reason}`}`,
      },
    ]}
  />
);

const sum = (rates: AppState['reads']): number | undefined =>
  rates.some(({ perSecond }) => perSecond !== undefined)
    ? rates.reduce((all, { perSecond = 0 }) => all + perSecond, 0)
    : undefined;

const Servers = ({ servers }: { servers: readonly ServerState[] }) => (
  <DataTable
    label="Servers"
    rows={servers}
    keyOf={({ name }) => name}
    columns={[
      { title: 'Server', cell: ({ title }) => title },
      {
        title: 'State',
        cell: ({ isUp, sinceMs }) => {
          if (isUp === undefined) return <Badge tone="quiet">not asked yet</Badge>;
          return isUp ? (
            <Badge tone="good">reachable</Badge>
          ) : (
            <Badge tone="bad">{`unreachable since ${clock(sinceMs)}`}</Badge>
          );
        },
      },
      { title: 'Address', class: 'code', cell: ({ address }) => address },
      { title: 'Why', class: 'wide', cell: ({ reason }) => reason ?? '' },
    ]}
  />
);

const Topics = ({ topics }: { topics: readonly TopicState[] }) => (
  <DataTable
    label="Topics"
    rows={topics}
    keyOf={({ name }) => name}
    columns={[
      { title: 'Topic', cell: ({ name }) => <Link to={addressOf(['flow', 'topic', name])}>{name}</Link> },
      { title: 'Kind', cell: ({ kind }) => kind },
      { title: 'Partitions', isNumber: true, cell: ({ partitions }) => partitions.length },
      { title: 'Offsets', isNumber: true, cell: ({ records }) => count(records) },
      { title: 'Rate', isNumber: true, cell: ({ perSecond }) => pace(perSecond) },
      {
        title: '',
        cell: ({ name }) => (
          <Link to={addressOf(['records', name])} label={`Records of ${name}`}>
            Records
          </Link>
        ),
      },
    ]}
  />
);

function TopicDetails({
  topic,
  deliveries,
  name,
}: {
  topic: TopicState | undefined;
  deliveries: readonly Delivery[];
  name: string;
}) {
  if (topic === undefined)
    return (
      <Panel title={name}>
        <Empty>There is no such topic.</Empty>
      </Panel>
    );
  const readers = deliveries.filter((each) => each.topic === name);
  return (
    <Panel title={`Topic ${name}`} aside={<Link to="/flow">Close</Link>}>
      <DataTable
        label={`Partitions of ${name}`}
        rows={topic.partitions}
        keyOf={({ partition }) => String(partition)}
        columns={[
          { title: 'Partition', isNumber: true, cell: ({ partition }) => partition },
          { title: 'First offset', isNumber: true, cell: ({ first }) => first },
          { title: 'Next offset', isNumber: true, cell: ({ end }) => end },
          ...readers.map(({ group, partitions }) => ({
            title: `${group} waits`,
            isNumber: true,
            cell: ({ partition }: { partition: number }) =>
              count(partitions.find((each) => each.partition === partition)?.lag ?? 0),
          })),
        ]}
      />
    </Panel>
  );
}

function AppDetails({ app, name }: { app: AppState | undefined; name: string }) {
  if (app === undefined)
    return (
      <Panel title={name}>
        <Empty>There is no such app.</Empty>
      </Panel>
    );
  const rates = [
    ...app.reads.map((each) => ({ ...each, way: 'reads' })),
    ...app.writes.map((each) => ({ ...each, way: 'writes' })),
  ];
  return (
    <Panel title={`App ${name}`} aside={<Link to="/flow">Close</Link>}>
      <p>
        <Badge tone={toneOf(app.state)}>{app.state}</Badge> since {clock(app.sinceMs)}
        {app.reason !== undefined && `: ${app.reason}`}
      </p>
      <DataTable
        label={`Topics of ${name}`}
        rows={rates}
        keyOf={({ way, topic }) => `${way} ${topic}`}
        columns={[
          { title: 'Way', cell: ({ way }) => way },
          { title: 'Topic', cell: ({ topic }) => <Link to={addressOf(['flow', 'topic', topic])}>{topic}</Link> },
          { title: 'Rate', isNumber: true, cell: ({ perSecond }) => pace(perSecond) },
        ]}
      />
    </Panel>
  );
}
