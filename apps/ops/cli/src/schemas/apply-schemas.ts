import { compareContracts, rules, type ContractSource } from '@sluice/schema-changes';
import { createCodec } from '@sluice/schema-registry';
import { registryOptions, schemaRegistryRules } from '@sluice/kafka';
import { describeError } from '@sluice/telemetry';
import { commandConfig, eventSettings } from '../settings.ts';
import { contractsAgainst, currentContracts } from './contract-versions.ts';
import { lineOf } from './check-schemas.ts';

/** What became of one contract. */
interface Applied {
  topic: string;
  outcome: 'registered' | 'would be registered' | 'up to date' | 'refused';
  /** The registry's id of the schema. */
  schemaId?: number;
  /** Why it is refused. */
  reason?: string;
}

/**
 * Registers the contracts of this checkout whose registered version differs, and those that have none. Sinks that run follow them: they
 * add fields to templates, live mappings and tables before the first record that has them. A contract with a change that breaks something
 * is left as it is, and the others are registered.
 *
 * @returns the exit code: 1 if a contract is refused
 */
export async function applySchemas(options: {
  dryRun: boolean;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<number> {
  const { dryRun, json, environment, signal } = options;
  const codec = createCodec(registryOptions(commandConfig(eventSettings, environment, schemaRegistryRules)));
  const apply = async (source: ContractSource): Promise<Omit<Applied, 'topic'>> => {
    const before = await contractsAgainst({ kind: 'registry' }, [source], environment);
    const changes = before.length === 0 ? [] : compareContracts(before, [source]);
    const breaking = changes.filter(({ rule }) => rules[rule].severity === 'breaking');
    if (breaking.length > 0) return { outcome: 'refused', reason: breaking.map(lineOf).join('\n') };
    const isNew = before.length === 0 || changes.length > 0;
    if (dryRun && isNew) return { outcome: 'would be registered' };
    const { schemaId } = await codec.encoder(source.contract);
    return { outcome: isNew ? 'registered' : 'up to date', schemaId };
  };
  const applied: Applied[] = [];
  for (const source of await currentContracts()) {
    signal.throwIfAborted();
    const outcome = await apply(source).catch((error: unknown) => ({
      outcome: 'refused' as const,
      reason: describeError(error),
    }));
    applied.push({ topic: source.contract.topic, ...outcome });
  }
  process.stdout.write(json ? `${JSON.stringify({ contracts: applied })}\n` : applied.map(textOf).join(''));
  return applied.some(({ outcome }) => outcome === 'refused') ? 1 : 0;
}

function textOf({ topic, outcome, schemaId, reason }: Applied): string {
  const id = schemaId === undefined ? '' : `, schema ${schemaId}`;
  const why = reason === undefined ? '' : `\n  ${reason.replaceAll('\n', '\n  ')}`;
  return `${topic}: ${outcome}${id}${why}\n`;
}
