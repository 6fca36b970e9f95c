import { stackFolder } from './state.ts';

/** Held while a process starts servers of that stack. */
export function startLockName(stack: string): string {
  return `start ${stackFolder(stack)}`;
}

/** Held while a process stops that stack, from before `isStopping` is set until after it is cleared. */
export function stopLockName(stack: string): string {
  return `stop ${stackFolder(stack)}`;
}
