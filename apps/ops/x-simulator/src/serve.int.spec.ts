import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@sluice/config';
import { FatalError, createHealth, createLogger, createMetrics } from '@sluice/telemetry';
import { expect, it } from 'vitest';
import { simulatorSettings } from './config.ts';
import { serve } from './serve.ts';

it('says in a sentence that its port is taken', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-simulator-'));
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const config = loadConfig('x-simulator', simulatorSettings, {
    SIMULATOR_PORT: String(port),
    SIMULATOR_CERTIFICATE_FILE: join(folder, 'x-simulator.pem'),
  });
  const logger = createLogger({ app: 'test', level: 'warn', format: 'json', to: 'stderr' });
  const { signal } = new AbortController();
  const context = { app: 'test', logger, metrics: createMetrics('test'), health: createHealth(['api']), signal };
  const refusal: unknown = await serve(config, context).catch((error: unknown) => error);
  other.close();
  rmSync(folder, { recursive: true });
  expect(refusal).toBeInstanceOf(FatalError);
  expect(String(refusal)).toMatch(new RegExp(`SIMULATOR_PORT ${port} cannot be used: .*EADDRINUSE.*Set another port`));
});
