import { type Lock, takeLock, tryLock } from './lock.ts';
import { identify, isAlive, type ProcessIdentity } from '../processes/processes.ts';
import { startLockName, stopLockName } from './stack-locks.ts';
import { type StackState, updateState } from './state.ts';

/** The right to start servers of a stack. */
export interface Claim {
  /** Release it when the servers are started. */
  startLock: Lock;
  /** Whether this process must stop the stack. Otherwise another launcher must, or the stack is detached. */
  isOwner: boolean;
}

/** Waits until no other process starts or stops servers of the stack, and takes ownership if it has no owner. `onWait` is called once. */
export async function claimStack(
  name: string,
  wish: { detach: boolean; temporary: boolean },
  signal: AbortSignal,
  onWait: () => void,
): Promise<Claim> {
  const own = ownIdentity();
  for (;;) {
    const startLock = await takeLock(startLockName(name), { signal, onWait });
    // `isStopping` is set, but the stop lock is free: the process that was stopping the stack was killed.
    const stopLock = await tryLock(stopLockName(name));
    let owner: ProcessIdentity | undefined;
    let isRefused = false;
    await updateState(name, (state) => {
      if (state.isStopping && !stopLock) {
        isRefused = true;
        return state;
      }
      const next = claimed({ ...state, isStopping: false }, own, wish);
      owner = next.owner;
      return next;
    });
    stopLock?.release();
    if (!isRefused) return { startLock, isOwner: owner?.pid === own.pid };
    startLock.release();
    (await takeLock(stopLockName(name), { signal, onWait })).release();
  }
}

/** The state after a claim. A stack that runs under another launcher, or detached, stays so. */
export function claimed(
  state: StackState,
  own: ProcessIdentity,
  wish: { detach: boolean; temporary: boolean },
  isRunning: (identity: ProcessIdentity) => boolean = isAlive,
): StackState {
  if (state.owner && isRunning(state.owner)) return state;
  const runs = Object.values(state.servers).some((record) => record.process && isRunning(record.process));
  if (state.isDetached && runs && wish.detach) return state;
  const isTemporary = state.isDetached && runs ? state.isTemporary : wish.temporary;
  return { ...state, owner: own, isDetached: false, isTemporary };
}

/** Leaves a stack running without an owner. */
export function releaseStack(name: string): Promise<StackState> {
  return updateState(name, ({ owner: _owner, ...state }) => ({ ...state, isDetached: true }));
}

function ownIdentity(): ProcessIdentity {
  const identity = identify(process.pid);
  if (!identity) throw new Error('Cannot read /proc: the stack needs Linux');
  return identity;
}
