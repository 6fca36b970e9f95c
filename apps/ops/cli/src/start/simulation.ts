import type { FlowApp } from './apps/flows.ts';
import type { LogLine } from './apps/running-app.ts';

/** What is simulated here, and what became of its bad input. */
export interface Simulation {
  /** The apps whose events are simulated. */
  names: readonly string[];
  /** All of it for a person; empty where nothing is simulated. */
  readonly sentence: string;
  /** Counts a log line that tells of dead letters which are simulated on purpose. */
  takes(line: LogLine): boolean;
}

export function simulation(apps: readonly FlowApp[], environment: NodeJS.ProcessEnv): Simulation {
  const simulated = apps.flatMap((app) =>
    app.simulatedUnless !== undefined && (environment[app.simulatedUnless] ?? '') === ''
      ? [{ ...app, unless: app.simulatedUnless }]
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
      const settings = simulated.map(({ unless }) => unless).join(', ');
      const all = `Simulated: ${names}; real with ${settings}.`;
      if (bad === undefined) return all;
      return `${all} ${bad.sentence}: ${deadLetters.toLocaleString('en-US')} went to ${bad.deadLetters} so far.`;
    },
  };
}
