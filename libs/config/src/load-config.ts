import type { z } from 'zod';
import type { Setting } from './settings.ts';

/** Settings by the name of their environment variable. */
export type Settings = Record<string, Setting<unknown>>;

/** What `loadConfig` gives back: the value of every setting, under the same name, frozen. */
export type Config<S extends Settings> = Readonly<{ [Name in keyof S]: z.output<S[Name]> }>;

/** A condition over several settings: undefined when it holds, else one sentence that starts with a setting's name. */
export type Rule<S extends Settings> = (config: Config<S>) => string | undefined;

/** All mistakes of a configuration, a line each. Its message is for the user and holds no secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly string[];

  constructor(app: string, mistakes: readonly string[]) {
    const count = mistakes.length === 1 ? 'one setting' : `${mistakes.length} settings`;
    super(
      [`${app} cannot start: ${count} to mend in the environment.`, ...mistakes.map((line) => `  ${line}`)].join('\n'),
    );
    this.mistakes = mistakes;
  }
}

/**
 * Reads an app's settings from the environment, once, in its `main.ts`.
 *
 * An empty or blank variable counts as not set. An unknown name under one of the app's own prefixes (`KAFKA_`, `<APP>_` …) is a mistake,
 * for it is most likely a misspelt setting that would otherwise be ignored in silence.
 *
 * @param app the project's name, for the message
 * @throws ConfigError with all mistakes at once
 */
export function loadConfig<const S extends Settings>(
  app: string,
  settings: S,
  environment: NodeJS.ProcessEnv,
  rules: readonly Rule<S>[] = [],
): Config<S> {
  const mistakes: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const text = environment[name]?.trim() === '' ? undefined : environment[name];
    const result = setting.safeParse(text);
    if (result.success) values[name] = result.data;
    else if (text === undefined) mistakes.push(missing(name, setting));
    else mistakes.push(`${name} ${result.error.issues[0]?.message ?? 'is not valid'}${shown(text, setting)}`);
  }
  mistakes.push(...unknownNames(app, settings, environment));
  const config = Object.freeze(values) as Config<S>;
  if (mistakes.length === 0) mistakes.push(...rules.map((rule) => rule(config)).filter((line) => line !== undefined));
  if (mistakes.length > 0) throw new ConfigError(app, mistakes);
  return config;
}

function missing(name: string, setting: Setting<unknown>): string {
  const { description = '', example } = setting.meta() ?? {};
  return `${name} is not set: ${description}${typeof example === 'string' ? `, such as ${example}` : ''}`;
}

function shown(text: string, setting: Setting<unknown>): string {
  if (setting.meta()?.['secret'] === true) return '';
  // An address may carry a password although it must not, and a password may hold any character: hide all before the last @.
  const safe = text.replace(/^(\w+:\/\/)?.*@/s, '$1…@');
  return `; it is ${JSON.stringify(safe.length > 80 ? `${safe.slice(0, 80)}…` : safe)}`;
}

/** Kubernetes puts such variables into every container for each service, whatever its name: a service `kafka` gives KAFKA_PORT. */
const serviceLink = /_(SERVICE_(HOST|PORT)(_\w+)?|PORT(_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?)$/;

function unknownNames(app: string, settings: Settings, environment: NodeJS.ProcessEnv): string[] {
  const own = `${app.toUpperCase().replaceAll('-', '_')}_`;
  const prefixes = new Set(
    Object.entries(settings)
      .filter(([, setting]) => setting.meta()?.['borrowed'] !== true)
      .map(([name]) => (name.startsWith(own) ? own : name.slice(0, name.indexOf('_') + 1)))
      // Too common a word to own: other software sets LOG_DIR and the like.
      .filter((prefix) => prefix !== '' && prefix !== 'LOG_'),
  );
  return Object.keys(environment)
    .filter((name) => !(name in settings) && !serviceLink.test(name))
    .filter((name) => [...prefixes].some((prefix) => name.startsWith(prefix)))
    .map((name) => `${name} is not a setting of ${app}${nearest(name, Object.keys(settings))}`);
}

function nearest(name: string, known: readonly string[]): string {
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= 3
    ? `; did you mean ${best.candidate}?`
    : '; remove it, or see --help for the settings';
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
