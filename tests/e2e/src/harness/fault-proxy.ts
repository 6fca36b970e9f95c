import { httpProxy, type HttpProxy } from '@sluice/testkit';

/** A request that is held at one moment of its life. */
interface HeldRequest {
  readonly path: string;
  /** Lets it go on: to the server, or its answer to the client. Resolves when the server has answered. */
  release(): Promise<void>;
  /** Breaks the client's connection. What the server has done by then is done. */
  drop(): void;
}

/** Where a request is held: before the server has seen it, or when the server has answered and the client does not know it. */
type Moment = 'before' | 'answered';

/** An HTTP server between an app and a server, which can hold single requests and be down. */
export interface FaultProxy extends HttpProxy {
  /** Holds the next request that matches. Rejects when none has come in time. */
  hold(matches: (method: string, path: string) => boolean, moment: Moment, withinMs: number): Promise<HeldRequest>;
}

interface Trap {
  matches: (method: string, path: string) => boolean;
  moment: Moment;
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
      const dropped = (moment: Moment): Promise<boolean> | false => {
        if (trap?.moment !== moment) return false;
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
    hold(matches, moment, withinMs) {
      const caught = Promise.withResolvers<HeldRequest>();
      const trap: Trap = { matches, moment, caught: caught.resolve };
      traps.add(trap);
      const timer = setTimeout(() => {
        traps.delete(trap);
        caught.reject(new Error(`no request came to be held within ${withinMs / 1000} s`));
      }, withinMs);
      return caught.promise.finally(() => clearTimeout(timer));
    },
  };
}
