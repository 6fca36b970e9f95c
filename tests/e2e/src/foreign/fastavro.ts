import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { LaunchedStack } from '@sluice/testkit';

/** A value of Avro as JSON has it; see `fastavro_codec.py` for those that JSON lacks. */
export type Sent = null | boolean | number | string | readonly Sent[] | { readonly [name: string]: Sent };
export type SentRecord = Readonly<Record<string, Sent>>;

export const long = (digits: string): Sent => ({ $long: digits });
export const double = (value: 'NaN' | 'Infinity' | '-Infinity' | '-0.0'): Sent => ({ $double: value });
export const bytes = (value: Buffer): Sent => ({ $bytes: value.toString('base64') });
export const decimal = (digits: string): Sent => ({ $decimal: digits });
export const uuid = (value: string): Sent => ({ $uuid: value });

/** Avro in Python: another program than the one that is tried. */
export interface Fastavro {
  /** Encodes each value under its schema, without the registry's prefix. */
  encode(
    events: readonly { schema: object; references: readonly object[]; value: SentRecord }[],
  ): Promise<readonly Buffer[]>;
  /** The rows of container files, without regard to logical types. */
  rows(containers: readonly Buffer[]): Promise<readonly (readonly SentRecord[])[]>;
}

/** The stand-in for BigQuery loads Avro files with fastavro, so that its Python has it. */
export function fastavroOf(stack: LaunchedStack): Fastavro {
  const pid = stack.servers.find(({ name }) => name === 'bigquery')?.pid;
  if (pid === undefined) throw new Error('a BigQuery that is not ours has no Python to write Avro with');
  const [python = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const ask = async (request: object): Promise<unknown> => {
    const child = spawn(python, [join(import.meta.dirname, 'fastavro_codec.py')], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    child.stdin.end(JSON.stringify(request));
    const [answer, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    if (answer === '') throw new Error(`fastavro could not do it: ${errors.trim().split('\n').at(-1)}`);
    return JSON.parse(answer);
  };
  return {
    async encode(events) {
      const bodies = (await ask({ encode: events })) as string[];
      return bodies.map((body) => Buffer.from(body, 'base64'));
    },
    async rows(containers) {
      return (await ask({ decode: containers.map((container) => container.toString('base64')) })) as SentRecord[][];
    },
  };
}
