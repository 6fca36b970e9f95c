import type { z } from 'zod';
import { settingNames } from './setting-names.generated.ts';
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
  /** Its page says what to do: see `errorCodes` in libs/telemetry. */
  readonly code = 'wrong-setting';
  readonly mistakes: readonly string[];

  constructor(app: string, mistakes: readonly string[]) {
    const count = mistakes.length === 1 ? 'one setting' : `${mistakes.length} settings`;
    super(
      [`${app} cannot start: ${count} to fix in the environment.`, ...mistakes.map((line) => `  ${line}`)].join('\n'),
    );
    this.mistakes = mistakes;
  }
}

/**
 * Reads an app's settings from the environment, once, in its `main.ts`.
 *
 * An empty or blank variable is a mistake: its author meant a value, or no variable. So is a name that no app knows and that resembles a
 * setting of any app: it is most likely a misspelt setting that would otherwise be silently ignored. Settings of other apps are no mistakes, since
 * apps can share an environment, and neither are names of other software (`KAFKA_HEAP_OPTS`).
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
    const text = environment[name];
    if (text?.trim() === '') {
      mistakes.push(`${name} is empty: give it a value, or unset it (${purpose(setting).slice(2)})`);
      continue;
    }
    const result = setting.safeParse(text);
    if (result.success) values[name] = result.data;
    else if (text === undefined) mistakes.push(`${name} is not set${purpose(setting)}`);
    else {
      const problem = result.error.issues[0]?.message ?? 'is not valid';
      // The message has the value already where the list is that one item.
      mistakes.push(`${name} ${problem}${problem.includes(JSON.stringify(text.trim())) ? '' : shown(text, setting)}`);
    }
  }
  mistakes.push(...unknownNames(settings, environment));
  const config = Object.freeze(values) as Config<S>;
  if (mistakes.length === 0) mistakes.push(...rules.map((rule) => rule(config)).filter((line) => line !== undefined));
  if (mistakes.length > 0) throw new ConfigError(app, mistakes);
  return config;
}

function purpose(setting: Setting<unknown>): string {
  const { description = '', example } = setting.meta() ?? {};
  return `: ${description}${typeof example === 'string' ? `, such as ${example}` : ''}`;
}

function shown(text: string, setting: Setting<unknown>): string {
  if (setting.meta()?.['secret'] === true) return '';
  // An address may carry a password although it must not, and a password may hold any character: hide all before the last @.
  const safe = text.replace(/^(\w+:\/\/)?.*@/s, '$1…@');
  return `; it is ${JSON.stringify(safe.length > 80 ? `${safe.slice(0, 80)}…` : safe)}`;
}

/** Kubernetes puts such variables into every container for each service, whatever its name: a service `kafka` gives KAFKA_PORT. */
const serviceLink = /_(SERVICE_(HOST|PORT)(_\w+)?|PORT(_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?)$/;

function unknownNames(settings: Settings, environment: NodeJS.ProcessEnv): string[] {
  const known = new Set([...Object.keys(settings), ...settingNames]);
  return Object.keys(environment)
    .filter((name) => !known.has(name) && !serviceLink.test(name))
    .flatMap((name) => {
      const similar = nearest(name, known);
      return similar === undefined ? [] : [`${name} is not a setting; did you mean ${similar}?`];
    });
}

/** A slip or two turn a shorter name into another word, and one word more into other software's: LOG_LEVEL and APP_LOG_LEVEL. */
const longName = 12;

/** The name that was most likely meant: a slip or two away, or with a word more or less behind the first. */
function nearest(name: string, known: ReadonlySet<string>): string | undefined {
  const most = name.length < longName ? 1 : 2;
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > most) continue;
    const distance = editDistance(name, candidate);
    if (distance <= most && distance < (best?.distance ?? Infinity)) best = { candidate, distance };
  }
  return best?.candidate ?? [...known].find((candidate) => differsByOneWord(name, candidate));
}

function differsByOneWord(a: string, b: string): boolean {
  const [shorter = [], longer = []] = [a.split('_'), b.split('_')].toSorted((x, y) => x.length - y.length);
  const meant = shorter.join('_');
  return (
    meant.length >= longName &&
    longer.length === shorter.length + 1 &&
    longer.some((_, at) => at > 0 && longer.toSpliced(at, 1).join('_') === meant)
  );
}

/** How many slips turn one text into the other: an extra letter, a missing one, a wrong one, or two swapped. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const other = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min(other, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
