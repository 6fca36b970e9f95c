import { styleText } from 'node:util';
import { ConfigError, plaintextSettings, type Config, type Rule, type Settings } from '@sluice/config';
import { elasticsearchRules, elasticsearchSettings } from '@sluice/connector-elasticsearch';
import { bigqueryRules, bigquerySettings, gcsRules, gcsSettings } from '@sluice/connector-google';
import { kafkaRules, kafkaSettings, schemaRegistryRules, schemaRegistrySettings } from '@sluice/kafka';
import { doctor, type Check } from '@sluice/operations';
import { commandConfig } from '../settings.ts';
import { printable } from '../terminal/printable.ts';
import { workspaceRoot } from '../workspace-root.ts';

/**
 * Prints each check as it ends.
 *
 * @returns the exit code: 2 when a setting is wrong, else 1 when a check failed, else 0
 * @throws the signal's reason
 */
export async function runDoctor(options: {
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<number> {
  const { json, environment, signal } = options;
  const wrong: string[] = [];
  const read = <const S extends Settings>(settings: S, rules: readonly Rule<S>[]): Config<S> | undefined => {
    try {
      return commandConfig(settings, environment, rules);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      wrong.push(error.message);
      return undefined;
    }
  };
  const patient = {
    folder: workspaceRoot,
    kafka: read(kafkaSettings, kafkaRules),
    registry: read({ ...schemaRegistrySettings, ...plaintextSettings }, schemaRegistryRules),
    elasticsearch: read(elasticsearchSettings, elasticsearchRules),
    storage: read(gcsSettings, gcsRules),
    bigquery: read(bigquerySettings, bigqueryRules),
  };
  for (const message of wrong)
    print(json ? JSON.stringify({ of: 'settings', state: 'failed', says: message }) : message);
  const counts = { ok: 0, warning: 0, failed: 0, 'not tried': 0 };
  for await (const check of doctor(patient, signal)) {
    counts[check.state]++;
    print(json ? JSON.stringify(check) : checkLines(check).join('\n'));
  }
  if (!json) {
    const { failed, warning, ok } = counts;
    print(`\n${ok} well, ${warning} with a warning, ${failed} failed${wrong.length > 0 ? '; settings are wrong' : ''}`);
  }
  if (wrong.length > 0) return 2;
  return counts.failed > 0 ? 1 : 0;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const colours = { ok: 'green', warning: 'yellow', failed: 'red', 'not tried': 'dim' } as const;

function checkLines({ of, what, state, says, fix }: Check): string[] {
  const mark = styleText(colours[state], state.padEnd(9), { stream: process.stdout });
  const place = `${of}, ${what}`.padEnd(34);
  return [
    `${mark}  ${place}  ${printable(says)}`,
    ...(fix === undefined ? [] : [`${' '.repeat(47)}→ ${printable(fix)}`]),
  ];
}
