import { describe, expect, it } from 'vitest';
import { createHealth } from './health.ts';

describe('health', () => {
  it('is not ready until every part has reported ready', () => {
    const health = createHealth(['kafka', 'destination']);
    expect(health.state).toEqual({ live: true, ready: false, reasons: { kafka: 'starting', destination: 'starting' } });
    health.ready('kafka');
    expect(health.state).toEqual({ live: true, ready: false, reasons: { destination: 'starting' } });
    health.ready('destination');
    expect(health.state).toEqual({ live: true, ready: true, reasons: {} });
  });

  it('is not ready while a part is not, and says why', () => {
    const health = createHealth(['kafka']);
    health.ready('kafka');
    health.notReady('kafka', 'no leader');
    expect(health.state).toEqual({ live: true, ready: false, reasons: { kafka: 'no leader' } });
    health.ready('kafka');
    expect(health.state.ready).toBe(true);
  });

  it('is neither live nor ready when the process is dead', () => {
    const health = createHealth([]);
    expect(health.state.ready).toBe(true);
    health.dead('out of memory');
    expect(health.state).toEqual({ live: false, ready: false, reasons: { process: 'out of memory' } });
  });
});
