import { stackFolder } from './state.ts';

/** Held by whoever starts servers of that stack. */
export function startLockName(stack: string): string {
  return `start ${stackFolder(stack)}`;
}

/** Held by whoever takes that stack down, from before `isStopping` is set until after it is cleared. */
export function stopLockName(stack: string): string {
  return `stop ${stackFolder(stack)}`;
}
