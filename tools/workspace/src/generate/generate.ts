// Writes all generated files: types from contracts, settings tables and .env.example from configs, the tests of each guarantee, the rights
// that each app needs in Kafka, the tables of types and of metrics, and the rules of the alerts.
// `--check` writes nothing and fails if a file is out of date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { generateAccessRights } from './generate-access-rights.ts';
import { generateColumnTypes } from './generate-column-types.ts';
import { generateEvents } from './generate-events.ts';
import { generateGuarantees } from './generate-guarantees.ts';

const check = process.argv.includes('--check');
const stale: string[] = [];

function write({ path, text }: { path: string; text: string }): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  stale.push(path);
  if (!check) writeFileSync(path, text);
}

write(generateEvents());
write(await generateGuarantees());
// These import the contracts that have just been written.
const { generateNames } = await import('./generate-names.ts');
const { generateSettingNames, generateSettings } = await import('./generate-settings.ts');
const { generateAlerts, generateMetrics } = await import('./generate-metrics.ts');
const { generateKibana } = await import('./generate-kibana.ts');
const { generateGrafana } = await import('./generate-dashboards.ts');
const { generateTypes } = await import('./generate-types.ts');
write(await generateNames());
write(await generateSettingNames());
write(await generateColumnTypes());
write(await generateTypes());
for (const file of await generateSettings()) write(file);
for (const file of await generateAccessRights()) write(file);
write(await generateMetrics());
for (const file of await generateAlerts()) write(file);
write(await generateGrafana());
for (const file of generateKibana()) write(file);

if (check && stale.length > 0) {
  console.error(`Not up to date, run npm run generate: ${stale.join(', ')}`);
  process.exit(1);
}
console.log(stale.length === 0 ? 'All generated files are up to date.' : `Written: ${stale.join(', ')}`);
