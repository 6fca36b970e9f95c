import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findPython } from '../toolchains/python.ts';
import { answersOk } from './http-ready.ts';
import { portOf, type Server } from './server.ts';

const version = '0.3.2';
const duckdbVersion = '1.5.5';
const duckdbExtensions = ['ducklake', 'httpfs', 'icu', 'spatial'];
const project = 'local';

/** The stand-in for BigQuery: local-bigquery on DuckDB, project `local`. Loads `gs://` objects from the stack's GCS. */
export const bigquery: Server = {
  name: 'bigquery',
  title: `local-bigquery ${version}`,
  release: `local-bigquery-${version}`,
  variable: 'BIGQUERY_ENDPOINT',
  variables: { BIGQUERY_PROJECT: project },
  usualPorts: { http: 9050, grpc: 9060 },
  companions: ['gcs'],
  installSize: { amount: 900_000_000, unit: 'bytes' },
  installDiskBytes: 1_500_000_000,
  runtime: () => findPython('bigquery', 13),
  async install(job) {
    const python = join(job.files, 'bin/python');
    const home = join(job.files, 'home');
    const temporary = join(job.work, 'tmp');
    await mkdir(temporary, { recursive: true });
    await job.run(await findPython('bigquery', 13), ['-m', 'venv', job.files]);
    await mkdir(home);
    await job.run(
      python,
      [
        ...[
          '-m',
          'pip',
          'install',
          '--quiet',
          '--disable-pip-version-check',
          '--no-input',
          '--no-warn-script-location',
        ],
        `local-bigquery==${version}`,
        `duckdb==${duckdbVersion}`,
        `duckdb-extensions==${duckdbVersion}`,
        ...duckdbExtensions.map((name) => `duckdb-extension-${name}==${duckdbVersion}`),
      ],
      // After an interruption, the next attempt reuses the downloaded wheels.
      { PIP_CACHE_DIR: join(job.work, 'pip'), TMPDIR: temporary },
    );
    // DuckDB looks for its extensions in the home folder, so the server runs with the installation as its home.
    await job.run(python, ['-c', importExtensions], { HOME: home });
  },
  async command({ installed, data, ports, environment }) {
    const folder = join(data, 'data');
    await mkdir(folder, { recursive: true });
    return {
      program: join(installed, 'bin/python'),
      args: [
        join(import.meta.dirname, 'bigquery-serve.py'),
        ...['--host', '127.0.0.1'],
        ...['--port', String(portOf(ports, 'http'))],
        ...['--grpc-port', String(portOf(ports, 'grpc'))],
        ...['--project', project],
        ...['--data-dir', folder],
      ],
      environment: {
        HOME: join(installed, 'home'),
        PYTHONUNBUFFERED: '1',
        ...(environment.GCS_ENDPOINT === undefined ? {} : { STORAGE_EMULATOR_HOST: environment.GCS_ENDPOINT }),
      },
    };
  },
  address: (ports) => `http://127.0.0.1:${portOf(ports, 'http')}`,
  isReady: (address) => answersOk(`${address}/bigquery/v2/projects/${project}/datasets`),
};

const importExtensions = `
import duckdb
from duckdb_extensions import import_extension
for name in ${JSON.stringify(duckdbExtensions)}:
    import_extension(name)
    duckdb.sql(f"LOAD {name}")
`;
