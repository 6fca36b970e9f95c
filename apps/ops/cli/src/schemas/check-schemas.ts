import {
  compareContracts,
  layers,
  rules,
  severities,
  type Change,
  type Layer,
  type Severity,
} from '@sluice/schema-changes';
import { contractsAgainst, currentContracts, type Against } from './contract-versions.ts';

/**
 * Compares the contracts of this checkout with another version and prints the changes, with a verdict for each layer.
 *
 * @returns the exit code: 1 if a change breaks something
 */
export async function checkSchemas(options: {
  against: Against;
  shown: 'not harmless' | 'all';
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<number> {
  const { against, shown, json, environment, signal } = options;
  const current = await currentContracts();
  const changes = compareContracts(await contractsAgainst(against, current, environment), current);
  signal.throwIfAborted();
  const verdicts = verdictsOf(changes);
  const listed = changes.filter(({ rule }) => shown === 'all' || rules[rule].severity !== 'harmless');
  const lines = json
    ? [JSON.stringify({ verdicts, changes: listed.map((change) => ({ ...change, ...rules[change.rule] })) })]
    : [...listed.map(lineOf), ...summary(changes.length - listed.length, verdicts)];
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return Object.values(verdicts).includes('breaking') ? 1 : 0;
}

type Verdicts = Readonly<Record<Layer, Severity | 'unchanged'>>;

function verdictsOf(changes: readonly Change[]): Verdicts {
  const worst = (layer: Layer): Severity | 'unchanged' => {
    const found = new Set<Severity>(
      changes.flatMap(({ rule }) => (rules[rule].layer === layer ? [rules[rule].severity] : [])),
    );
    return severities.find((severity) => found.has(severity)) ?? 'unchanged';
  };
  return {
    avro: worst('avro'),
    contract: worst('contract'),
    mapping: worst('mapping'),
    table: worst('table'),
    types: worst('types'),
  };
}

const severityText: Readonly<Record<Severity, string>> = {
  breaking: 'error',
  'readers-first': 'readers first',
  harmless: 'harmless',
};

/** As compilers write it, so that editors find the place. */
export const lineOf = ({ rule, file, line, at, message }: Change): string =>
  `${file}:${line}: ${severityText[rules[rule].severity]}: ${at}: ${message}. ${rules[rule].why} [${rule}]`;

function summary(left: number, verdicts: Verdicts): string[] {
  const words = layers.map((layer) => `${layer}: ${verdicts[layer]}`).join(', ');
  const harmless = left === 0 ? [] : [`${left} harmless changes are not listed; \`sluice schemas diff\` lists them.`];
  return [...harmless, words];
}
