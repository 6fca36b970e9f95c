import { trendStepMs, type Delivery } from '../../../src/api/overview.ts';
import type { ViewProps } from '../view-props.tsx';
import { count, duration, pace } from '../format.tsx';
import { Badge, toneOf } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Empty, Panel } from '../parts/panel.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { addressOf, Link } from '../router.tsx';

const seconds = (value: number): string => (value === 0 ? '0 s' : duration(value * 1000));

/** `/freshness`: how old what is not delivered is, for each sink and topic, and why. */
export function Freshness({ live: { overview } }: ViewProps) {
  if (overview === undefined) return <Empty>Waiting for the first look at the flow …</Empty>;
  const groups = [...Map.groupBy(overview.deliveries, ({ app }) => app)];
  if (groups.length === 0) return <Empty>No sink or processor has committed anything yet.</Empty>;
  return (
    <>
      <p class="lead">
        The age of the oldest record that is in Kafka and not delivered yet. It is 0 where everything is delivered, also
        when nothing new comes. The trend covers ten minutes.
      </p>
      {groups.map(([app, deliveries]) => (
        <Panel key={app} title={app}>
          <Deliveries app={app} deliveries={deliveries} />
        </Panel>
      ))}
    </>
  );
}

const Deliveries = ({ app, deliveries }: { app: string; deliveries: readonly Delivery[] }) => (
  <DataTable
    label={`Freshness of ${app}`}
    rows={deliveries}
    keyOf={({ topic }) => topic}
    rowClass={({ state }) => toneOf(state)}
    columns={[
      {
        title: 'Topic',
        class: 'name',
        cell: ({ topic }) => <Link to={addressOf(['flow', 'topic', topic])}>{topic}</Link>,
      },
      { title: 'State', class: 'state', cell: ({ state }) => <Badge tone={toneOf(state)}>{state}</Badge> },
      { title: 'Age', isNumber: true, class: 'figure', cell: ({ ageSeconds }) => seconds(ageSeconds) },
      {
        title: 'Trend',
        class: 'trend',
        cell: ({ trend, topic }) => (
          <Sparkline
            values={trend}
            label={`Age for ${topic} over the last ${duration(trend.length * trendStepMs)}: at most ${seconds(Math.max(0, ...trend))}`}
          />
        ),
      },
      { title: 'Waiting', isNumber: true, class: 'figure', cell: ({ lag }) => count(lag) },
      { title: 'Delivered', isNumber: true, class: 'figure', cell: ({ perSecond }) => pace(perSecond) },
      {
        title: 'Caught up in',
        isNumber: true,
        class: 'figure',
        cell: ({ catchUpSeconds }) => (catchUpSeconds === undefined ? '' : seconds(catchUpSeconds)),
      },
      { title: 'Reason', class: 'wide', cell: ({ reason }) => reason },
    ]}
  />
);
