import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

/** What x-simulator delivered and did not deliver: `/simulator/record`. */
export interface SimulatorRecord {
  nowMs: number;
  deliverable: string[];
  gaps: { cause: string; fromMs: number; toMs?: number; recoverable: string[]; gone: number }[];
  sent: { posts: number; duplicates: number; malformed: number; backfilled: number };
}

/** Controls a running x-simulator. */
export interface SimulatorControl {
  record(): Promise<SimulatorRecord>;
  fault(kind: string, times?: number): Promise<void>;
  stopPosting(): Promise<void>;
}

/** @param url of the API, `https://localhost:PORT/2` */
export function simulatorControl(url: string, certificateFile: string, token: string): SimulatorControl {
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await new Promise<string>((resolve, reject) => {
      const sent = request(
        new URL(path, url),
        { method, ca: readFileSync(certificateFile), headers: { authorization: `Bearer ${token}` } },
        (response) => {
          if (response.statusCode !== 200) reject(new Error(`x-simulator answers ${response.statusCode} to ${path}`));
          text(response).then(resolve, reject);
        },
      );
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
    return JSON.parse(answer);
  };
  return {
    record: async () => (await call('GET', '/simulator/record')) as SimulatorRecord,
    fault: async (kind, times = 1) => void (await call('POST', '/simulator/faults', { kind, times })),
    stopPosting: async () => void (await call('POST', '/simulator/stop-posting')),
  };
}
