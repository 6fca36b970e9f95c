import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { dirname } from 'node:path';
import { FatalError, describeError, simulatorMetrics, type AppContext } from '@sluice/telemetry';
import { generate } from 'selfsigned';
import { simulatedApi } from './api/simulated-api.ts';
import type { SimulatorConfig } from './config.ts';

const host = '127.0.0.1';
const tenYearsMs = 10 * 365 * 86_400_000;

/**
 * Serves the API on this machine until the signal is aborted, under a self-signed certificate.
 *
 * @throws FatalError where the port is not free
 */
export async function serve(config: SimulatorConfig, { logger, health, metrics, signal }: AppContext): Promise<void> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + tenYearsMs),
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: host },
        ],
      },
    ],
  });
  const api = simulatedApi(config);
  metrics.gauge({
    ...simulatorMetrics.sent,
    collect: (gauge) => gauge.set(api.truth.sent.posts),
  });
  const server = createServer({ key, cert }, (request, response) => {
    api.handle(request, response).catch((error: unknown) => {
      logger.error({ err: error }, 'a request failed');
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new FatalError(
          `SIMULATOR_PORT ${config.SIMULATOR_PORT} cannot be used: ${describeError(error)}. Set another port, or 0 for a free one`,
        ),
      ),
    );
    server.listen(config.SIMULATOR_PORT, host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  // Whole or not at all: a client may be waiting for it.
  const file = config.SIMULATOR_CERTIFICATE_FILE;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, cert);
  renameSync(`${file}.new`, file);
  health.ready('api');
  logger.info(
    { url: `https://localhost:${port}/2`, certificate: file, seed: config.SIMULATOR_SEED },
    'serving synthetic tweets instead of X',
  );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  api.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
