import type { FlowApp } from '../apps/flows.ts';
import type { LogLine } from '../apps/app-output.ts';

/** Which apps get simulated input, and how much of it was bad on purpose. */
export interface Simulation {
  /** The apps whose events are simulated. */
  names: readonly string[];
  /** All of it for a person; empty where nothing is simulated. */
  readonly sentence: string;
  /** Counts a log line about dead letters of bad input that is simulated on purpose. @returns whether it is one */
  takes(line: LogLine): boolean;
}

export function simulation(apps: readonly FlowApp[], environment: NodeJS.ProcessEnv): Simulation {
  const simulated = apps.flatMap(({ name, badInput, simulation: options }) =>
    options !== undefined && (environment[options.skipIfSet] ?? '') === ''
      ? [{ name, badInput, setting: options.skipIfSet }]
      : [],
  );
  const bad = simulated
    .flatMap(({ badInput }) => badInput ?? [])
    .find(({ setting }) => environment[setting]?.trim() !== 'false');
  let deadLetters = 0;
  return {
    names: simulated.map(({ name }) => name),
    takes({ to, records, events }) {
      if (bad === undefined || to !== bad.deadLetters) return false;
      deadLetters += records ?? events ?? 1;
      return true;
    },
    get sentence() {
      if (simulated.length === 0) return '';
      const names = simulated.map(({ name }) => name).join(', ');
      const settings = simulated.map(({ setting }) => setting).join(', ');
      const all = `Simulated: ${names}; real with ${settings}.`;
      if (bad === undefined) return all;
      const count = `${deadLetters.toLocaleString('en-US')} in ${bad.deadLetters} so far`;
      return `${all} ${bad.sentence}${deadLetters === 0 ? '' : `: ${count}`}.`;
    },
  };
}
