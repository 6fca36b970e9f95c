import { connect } from 'node:net';
import { describeError } from '@sluice/telemetry';
import type { DashboardConfig } from '../config.ts';
import type { ServerName, ServerState } from '../api/overview.ts';
import { getText } from './get-text.ts';

interface Probe {
  name: ServerName;
  title: string;
  address: string;
  /** @throws with the reason where it does not answer */
  ask(): Promise<void>;
}

const timeoutMs = 3_000;

/** Asks the servers whether they answer. A refusal is an answer: it is for those who speak to them to say what it means. */
export function watchServers(config: DashboardConfig) {
  const probes = probesOf(config);
  const states = new Map<ServerName, ServerState>();

  const look = async ({ name, title, address, ask }: Probe, nowMs: number): Promise<void> => {
    const reason = await ask().then(
      () => undefined,
      (error: unknown) => describeError(error),
    );
    const isUp = reason === undefined;
    const known = states.get(name);
    states.set(name, {
      ...{ name, title, address, isUp },
      sinceMs: known?.isUp === isUp ? known.sinceMs : nowMs,
      ...(reason !== undefined && { reason }),
    });
  };

  return {
    async look(nowMs: number): Promise<void> {
      await Promise.all(probes.map((probe) => look(probe, nowMs)));
    },
    get states(): ServerState[] {
      return probes.map(
        ({ name, title, address }) =>
          states.get(name) ?? { name, title, address, isUp: undefined, sinceMs: Date.now() },
      );
    },
  };
}

function probesOf(config: DashboardConfig): Probe[] {
  const { ELASTICSEARCH_CA_FILE: ca, GCS_ENDPOINT: gcs, BIGQUERY_ENDPOINT: bigquery } = config;
  const web = (name: ServerName, title: string, address: string, path: string, own?: string): Probe => ({
    ...{ name, title, address },
    ask: () => answers(`${address}${path}`, own),
  });
  const [elasticsearch = ''] = config.ELASTICSEARCH_URL;
  return [
    {
      ...{ name: 'kafka', title: 'Kafka', address: config.KAFKA_BROKERS.join(',') },
      // One broker is enough to speak to the others.
      ask: () => Promise.any(config.KAFKA_BROKERS.map(listens)).catch(firstError),
    },
    {
      ...{ name: 'registry', title: 'Schema registry', address: config.SCHEMA_REGISTRY_URL.join(',') },
      ask: () => Promise.any(config.SCHEMA_REGISTRY_URL.map((url) => answers(`${url}/subjects`))).catch(firstError),
    },
    web('elasticsearch', 'Elasticsearch', elasticsearch, '/', ca),
    ...(gcs === undefined ? [] : [web('gcs', 'Cloud Storage', gcs, `/storage/v1/b/${config.GCS_BUCKET}`)]),
    ...(bigquery === undefined ? [] : [web('bigquery', 'BigQuery', bigquery, '/')]),
  ];
}

async function answers(url: string, ca?: string): Promise<void> {
  const { status } = await getText(url, timeoutMs, ca === undefined ? {} : { ca });
  if (status >= 500) throw new Error(`it answers ${status}`);
}

function listens(address: string): Promise<void> {
  const [, host = '', port] = /^(.*):(\d+)$/.exec(address) ?? [];
  return new Promise((resolve, reject) => {
    const socket = connect({ host: host.replaceAll(/[[\]]/g, ''), port: Number(port) });
    const end = (error?: Error) => {
      socket.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    socket.setTimeout(timeoutMs, () => end(new Error(`no answer within ${timeoutMs / 1000} s`)));
    socket.once('connect', () => end()).once('error', end);
  });
}

function firstError(error: unknown): never {
  if (!(error instanceof AggregateError)) throw error;
  throw error.errors[0];
}
