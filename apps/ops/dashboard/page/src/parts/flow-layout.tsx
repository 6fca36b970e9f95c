import type { AppState, Overview, ServerName } from '../../../src/api/overview.ts';
import { pace } from '../format.tsx';
import { toneOf, type Tone } from './badge.tsx';

export interface FlowNode {
  key: string;
  title: string;
  detail: string;
  tone: Tone;
  x: number;
  y: number;
  to: string;
}

export interface FlowEdge {
  key: string;
  from: FlowNode;
  to: FlowNode;
  tone: Tone;
  rate: string;
  /** Records per second, for the width. */
  weight: number;
  /** Runs against the direction of reading: to a topic from what reads other topics. */
  isBack: boolean;
  /** A group's edge starts below the ones before it. */
  lane: number;
}

export interface FlowLayout {
  nodes: FlowNode[];
  edges: FlowEdge[];
  width: number;
  height: number;
}

export const nodeWidth = 168;
export const nodeHeight = 46;
const [left, top, rowHeight] = [8, 34, 66];
const columns = { source: 0, topic: 250, processor: 520, sink: 760, destination: 990 } as const;
export const columnTitles: readonly (readonly [number, string])[] = [
  [columns.source, 'Sources'],
  [columns.topic, 'Topics'],
  [columns.processor, 'Processors'],
  [columns.sink, 'Sinks'],
  [columns.destination, 'Destinations'],
];
const announcements = 'objects';

/** Where everything is in the picture, and what flows between. */
export function flowLayout({ apps, topics, deliveries, servers }: Overview): FlowLayout {
  const shown = topics.filter(({ kind }) => kind !== 'dead letters');
  const ofRole = (role: AppState['role']) => apps.filter((app) => app.role === role);
  const sinkServers = [...new Set(ofRole('sink').flatMap(({ destination }) => destination ?? []))];
  const rows = Math.max(
    1,
    ofRole('source').length,
    shown.length,
    ofRole('processor').length,
    ofRole('sink').length,
    sinkServers.length,
  );
  const height = top + rows * rowHeight + 8;
  const place = <T,>(
    items: readonly T[],
    x: number,
    nodeOf: (item: T) => Omit<FlowNode, 'x' | 'y'>,
    firstRow = (rows - items.length) / 2,
  ): FlowNode[] =>
    items.map((item, at) => ({
      ...nodeOf(item),
      x: left + x,
      y: top + (firstRow + at) * rowHeight,
    }));
  const app = ({ name, state, reads, writes, role }: AppState) => ({
    ...{ key: `app ${name}`, title: name, tone: toneOf(state), to: `/flow/app/${name}` },
    detail: state === 'running' ? total(role === 'source' ? writes : reads) : state,
  });
  const server = (name: ServerName) => {
    const found = servers.find((each) => each.name === name);
    const isDown = found?.isUp === false;
    return {
      ...{ key: `server ${name}`, title: found?.title ?? name, to: `/flow/server/${name}` },
      detail: isDown ? 'unreachable' : found?.isUp === true ? 'reachable' : 'not asked yet',
      tone: isDown ? ('bad' as const) : found?.isUp === true ? ('good' as const) : ('quiet' as const),
    };
  };
  const nodes = [
    ...place(ofRole('source'), columns.source, app),
    ...place(ordered(shown, apps), columns.topic, ({ name, perSecond, partitions }) => ({
      ...{ key: `topic ${name}`, title: name, tone: 'quiet' as const, to: `/flow/topic/${name}` },
      detail: `${pace(perSecond)}, ${partitions.length} ${partitions.length === 1 ? 'partition' : 'partitions'}`,
    })),
    // Below, so that most lines to the sinks pass above them.
    ...place(ofRole('processor'), columns.processor, app, rows - ofRole('processor').length),
    ...place(ofRole('sink'), columns.sink, app),
    ...place(sinkServers, columns.destination, server),
  ];
  return {
    nodes,
    edges: edgesOf(nodes, { apps, deliveries }),
    width: left + columns.destination + nodeWidth + 8,
    height,
  };
}

/** Topics in the order of those who write them, so that few lines cross. */
function ordered(topics: Overview['topics'], apps: readonly AppState[]): Overview['topics'] {
  const rank = (name: string): number => {
    const at = apps.findIndex(({ writes }) => writes.some(({ topic }) => topic === name));
    return name === announcements ? 1_000 : at < 0 ? 500 : at;
  };
  return topics.toSorted((a, b) => rank(a.name) - rank(b.name));
}

const total = (rates: AppState['reads']): string =>
  rates.length === 0 ? 'running' : pace(rates.reduce((sum, { perSecond }) => sum + (perSecond ?? 0), 0));

function edgesOf(nodes: readonly FlowNode[], { apps, deliveries }: Pick<Overview, 'apps' | 'deliveries'>): FlowEdge[] {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const lanes = new Map<string, number>();
  const edge = (fromKey: string, toKey: string, rest: { tone: Tone; perSecond: number | undefined }): FlowEdge[] => {
    const [from, to] = [byKey.get(fromKey), byKey.get(toKey)];
    if (from === undefined || to === undefined) return [];
    const lane = lanes.get(fromKey) ?? 0;
    lanes.set(fromKey, lane + 1);
    const weight = rest.perSecond ?? 0;
    return [
      {
        key: `${fromKey} ${toKey}`,
        from,
        to,
        lane,
        tone: rest.tone,
        rate: pace(rest.perSecond),
        weight,
        isBack: to.x < from.x,
      },
    ];
  };
  return [
    ...apps.flatMap(({ name, state, writes }) =>
      writes.flatMap(({ topic, perSecond }) =>
        edge(`app ${name}`, `topic ${topic}`, { tone: toneOf(state), perSecond }),
      ),
    ),
    ...deliveries.flatMap(({ app, topic, state, perSecond }) =>
      edge(`topic ${topic}`, `app ${app}`, { tone: toneOf(state), perSecond }),
    ),
    ...apps.flatMap(({ name, role, state, reads, destination }) => {
      if (role !== 'sink' || destination === undefined) return [];
      const worst = deliveries.filter(({ app }) => app === name).map((each) => toneOf(each.state));
      const tone = worst.includes('bad') ? 'bad' : worst.includes('warn') ? 'warn' : toneOf(state);
      const perSecond = reads.reduce((sum, each) => sum + (each.perSecond ?? 0), 0);
      const isAnnouncer = destination === 'gcs' && byKey.has(`topic ${announcements}`);
      return [
        ...edge(`app ${name}`, `server ${destination}`, { tone, perSecond }),
        ...(isAnnouncer ? edge(`app ${name}`, `topic ${announcements}`, { tone: 'quiet', perSecond: undefined }) : []),
      ];
    }),
  ];
}
