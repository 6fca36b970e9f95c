/** An app that `start` runs. */
export interface FlowApp {
  name: string;
  role: 'source' | 'sink';
  /** Its folder under `apps/`. */
  folder: string;
  /** Settings that suit one machine; the user's own environment wins. */
  environment: Readonly<Record<string, string>>;
}

/** What runs on `npm start`, in the order in which it is shown: events flow downwards. */
export const flowApps: readonly FlowApp[] = [
  { name: 'host-metrics', role: 'source', folder: 'sources/host-metrics', environment: {} },
  // One local node has nowhere to put a replica.
  { name: 'elasticsearch', role: 'sink', folder: 'sinks/elasticsearch', environment: { ELASTICSEARCH_REPLICAS: '0' } },
];
