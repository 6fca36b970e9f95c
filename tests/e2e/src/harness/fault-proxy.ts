import { httpProxy, type HttpProxy } from '@sluice/testkit';

/** A request that is held. */
interface HeldRequest {
  readonly path: string;
  /** Forwards it to the server, or its answer to the client. Resolves when the server has answered. */
  release(): Promise<void>;
  /** Breaks the client's connection. It does not undo what the server has done. */
  drop(): void;
}

/** Where a request is held: before it reaches the server, or after the server's answer, before that reaches the client. */
type HoldPoint = 'before' | 'answered';

/** A proxy between an app and a server that can hold single requests and be down. */
export interface FaultProxy extends HttpProxy {
  /** Holds the next request that matches. Rejects when none comes in time. */
  hold(matches: (method: string, path: string) => boolean, point: HoldPoint, withinMs: number): Promise<HeldRequest>;
}

interface Trap {
  matches: (method: string, path: string) => boolean;
  point: HoldPoint;
  caught: (request: HeldRequest) => void;
}

export async function faultProxy(target: string): Promise<FaultProxy> {
  const traps = new Set<Trap>();
  const proxy = await httpProxy({
    target,
    async answering({ method, url }, forward) {
      const trap = [...traps].find(({ matches }) => matches(method, url));
      if (trap !== undefined) traps.delete(trap);
      const answered = Promise.withResolvers<void>();
      const dropped = (point: HoldPoint): Promise<boolean> | false => {
        if (trap?.point !== point) return false;
        const { promise, resolve } = Promise.withResolvers<boolean>();
        trap.caught({
          path: url,
          drop: () => resolve(true),
          release() {
            resolve(false);
            return answered.promise;
          },
        });
        return promise;
      };

      if (await dropped('before')) return 'broken connection';
      const answer = await forward();
      answered.resolve();
      return (await dropped('answered')) ? 'broken connection' : answer;
    },
  });
  return {
    ...proxy,
    hold(matches, point, withinMs) {
      const caught = Promise.withResolvers<HeldRequest>();
      const trap: Trap = { matches, point, caught: caught.resolve };
      traps.add(trap);
      const timer = setTimeout(() => {
        traps.delete(trap);
        caught.reject(new Error(`no matching request came within ${withinMs / 1000} s`));
      }, withinMs);
      return caught.promise.finally(() => clearTimeout(timer));
    },
  };
}
