import type { Collector } from '../contract/collector.ts';

/** A collector that adds and delivers in its own way; what it holds and waits for is what the inner one says when it is asked. */
export const aroundCollector = (inner: Collector, own: Pick<Collector, 'add' | 'deliver'>): Collector => ({
  ...own,
  get bytes() {
    return inner.bytes;
  },
  get isComplete() {
    return inner.isComplete;
  },
  get waitMs() {
    return inner.waitMs;
  },
});
