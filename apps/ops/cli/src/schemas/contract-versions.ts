import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { registeredSchema } from '@sluice/schema-registry';
import { registryOptions, schemaRegistryRules } from '@sluice/kafka';
import { contractSource, InvalidContract, type ContractSource } from '@sluice/schema-changes';
import { describeError } from '@sluice/telemetry';
import { commandConfig, eventSettings } from '../settings.ts';
import { UserError } from '../user-error.ts';
import { workspaceRoot } from '../workspace-root.ts';

/** Where the contracts of this checkout are. */
const contractFolder = 'libs/contracts/avro';

/** What the contracts are compared with. */
export type Against = { kind: 'registry' } | { kind: 'version'; name: string };

/** @throws UserError where a file is not a contract */
export const currentContracts = (): Promise<ContractSource[]> => inFolder(join(workspaceRoot, contractFolder));

/** @throws UserError */
export async function contractsAgainst(
  against: Against,
  current: readonly ContractSource[],
  environment: NodeJS.ProcessEnv,
): Promise<ContractSource[]> {
  if (against.kind === 'registry') return inRegistry(current, environment);
  return existsSync(against.name) ? inFolder(resolve(against.name)) : inRevision(against.name);
}

async function inFolder(folder: string): Promise<ContractSource[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.avsc')).sort();
  if (names.length === 0) throw new UserError(`${folder} has no .avsc files`);
  const within = folder === join(workspaceRoot, contractFolder) ? contractFolder : relative(process.cwd(), folder);
  return Promise.all(
    names.map(async (name) =>
      source(join(contractFolder, name), join(within, name), await readFile(join(folder, name), 'utf8')),
    ),
  );
}

async function inRevision(revision: string): Promise<ContractSource[]> {
  // A name that begins with a dash would be an option of git.
  const commit = (await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`)).trim();
  const listed = await git('ls-tree', '--name-only', commit, `${contractFolder}/`);
  const files = listed.split('\n').filter((file) => file.endsWith('.avsc'));
  if (files.length === 0) throw new UserError(`--against ${revision} has no contracts in ${contractFolder}`);
  return Promise.all(
    files.map(async (file) => source(file, `${revision}:${file}`, await git('show', `${commit}:${file}`))),
  );

  async function git(...args: string[]): Promise<string> {
    try {
      return (await promisify(execFile)('git', args, { cwd: workspaceRoot, maxBuffer: 64 * 1024 * 1024 })).stdout;
    } catch (error) {
      const reason = args[0] === 'rev-parse' ? 'it is neither a git revision nor a folder' : describeError(error);
      throw new UserError(`--against ${revision} cannot be read: ${reason}`);
    }
  }
}

/** The newest registered version of each contract that is registered. */
async function inRegistry(
  current: readonly ContractSource[],
  environment: NodeJS.ProcessEnv,
): Promise<ContractSource[]> {
  const registry = registryOptions(commandConfig(eventSettings, environment, schemaRegistryRules));
  const found = await Promise.all(
    current.map(async ({ file, contract }) => {
      const schema = await registeredSchema(registry, contract).catch((error: unknown) => {
        throw new UserError(`the schema registry could not be asked: ${describeError(error)}`);
      });
      return schema === undefined
        ? []
        : [source(file, `the registered schema of ${contract.topic}`, JSON.stringify(schema, null, 2))];
    }),
  );
  return found.flat();
}

/** @param shown how messages name it */
function source(file: string, shown: string, text: string): ContractSource {
  try {
    return contractSource(file, text);
  } catch (error) {
    if (!(error instanceof InvalidContract)) throw error;
    throw new UserError(error.message.replace(file, shown));
  }
}
