import { readState, stackNames } from '../state/state.ts';
import { stopStackOfAnyone, sweepLeftovers } from '../lifecycle/stop-stack.ts';

/** Stops the named stack, or all of this checkout, and the servers of killed launchers. @returns the exit code */
export async function down(options: { name: string; all: boolean }): Promise<number> {
  const say = (line: string): void => console.error(line);
  const names = options.all ? stackNames() : [options.name].filter((name) => readState(name) !== undefined);
  if (names.length === 0) say(options.all ? 'There is no stack.' : `There is no stack ${options.name}.`);
  await Promise.all(
    names.map(async (name) => {
      await stopStackOfAnyone(name);
      say(`The stack ${name} is down.`);
    }),
  );
  await sweepLeftovers(stackNames(), say);
  return 0;
}
