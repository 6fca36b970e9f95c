import { describe, expect, it } from 'vitest';
import { device } from './device.ts';
import { fleet, type FleetPlan, type Sent } from './fleet.ts';
import { readingUuid, uuidSeeds } from './measurement.ts';

const plan: FleetPlan = {
  seed: 7,
  devices: 200,
  perSecond: 100,
  trouble: true,
  startMs: Date.parse('2026-11-21T00:00:00Z'),
};
const total = 100_000;
const all = (more: Partial<FleetPlan> = {}, steps = total): Sent[] => {
  const simulated = fleet({ ...plan, ...more });
  return Array.from({ length: steps }, (_, step) => simulated.sent(step)).flat();
};
const readings = all();
const byUuid = Map.groupBy(readings, ({ measurement }) => measurement.uuid);

describe('a fleet', () => {
  it('is the same for the same plan, and another for another seed', () => {
    expect(all({}, 5_000)).toEqual(all({}, 5_000));
    const others = new Set(all({ seed: 8 }, 5_000).map(({ measurement }) => measurement.uuid));
    expect(readings.some(({ measurement }) => others.has(measurement.uuid))).toBe(false);
  });

  it('can be gone on with at any step', () => {
    const [whole, later] = [fleet(plan), fleet(plan)];
    for (let step = 0; step < 3_000; step++) whole.sent(step);
    expect(later.sent(3_000)).toEqual(whole.sent(3_000));
  });

  it('knows a reading by one UUID, whose contents are always the same', () => {
    const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    const contents = ({ measurement, deviceId }: Sent) => JSON.stringify([measurement, deviceId]);
    expect([...byUuid.keys()].filter((uuid) => !form.test(uuid))).toEqual([]);
    expect([...byUuid.values()].filter((copies) => new Set(copies.map(contents)).size > 1)).toEqual([]);
  });

  it('gives no UUID to two readings, whatever the runs', () => {
    const seen = new Set<string>();
    const [runs, devices, sequences] = [20, 100, 100];
    for (let run = 0; run < runs; run++) {
      const seeds = uuidSeeds(run, plan.startMs);
      for (let n = 0; n < devices * sequences; n++) {
        seen.add(readingUuid(seeds, n % devices, Math.floor(n / devices)));
      }
    }
    expect(seen.size).toBe(runs * devices * sequences);
  }, 30_000);

  it('takes the configured number of measurements a second', () => {
    const simulated = fleet(plan);
    expect(simulated.stepAt(plan.startMs - 1)).toBe(0);
    expect(simulated.stepAt(plan.startMs + 60_000)).toBe(6_000);
    expect(all({ trouble: false }, 1_000).at(-1)?.measurement.takenMs).toBe(plan.startMs + 9_990);
  });

  it('without trouble sends each measurement once, in order, on time, and in its form', () => {
    const calm = all({ trouble: false }, 20_000);
    expect(calm).toHaveLength(20_000);
    expect(new Set(calm.map(({ measurement }) => measurement.uuid)).size).toBe(20_000);
    expect(calm.every(({ why, measurement }) => why === 'on time' && measurement.broken === undefined)).toBe(true);
  });
});

describe('a troubled fleet', () => {
  const count = (test: (sent: Sent) => boolean) => readings.filter(test).length;

  it.each([
    ['duplicate', 0.005, 0.02],
    ['late', 0.005, 0.02],
    ['reconnect', 0.003, 0.03],
  ] as const)('sends readings of the kind %s', (why, least, most) => {
    const part = count((sent) => sent.why === why) / readings.length;
    expect(part).toBeGreaterThan(least);
    expect(part).toBeLessThan(most);
  });

  it('sends a reading twice at most, and once but for duplicates', () => {
    const copies = [...byUuid.values()].map((all) => [all.length, all.filter(({ why }) => why === 'duplicate').length]);
    expect(copies.filter(([times = 0, again = 0]) => times > 2 || times !== 1 + again)).toEqual([]);
  });

  it('loses what a device could not keep while it was offline, and nothing else', () => {
    const lost = total - byUuid.size;
    expect(lost).toBeGreaterThan(0);
    expect(lost / total).toBeLessThan(0.02);
  });

  it('sends readings of a device out of order', () => {
    const newest = new Map<string, number>();
    let earlier = 0;
    for (const { deviceId, measurement } of readings) {
      if (measurement.takenMs < (newest.get(deviceId) ?? 0)) earlier++;
      else newest.set(deviceId, measurement.takenMs);
    }
    expect(earlier / readings.length).toBeGreaterThan(0.005);
  });

  it('sends nonsense now and then, in every field', () => {
    const broken = Map.groupBy(readings, ({ measurement }) => measurement.broken);
    for (const field of ['device_ts', 'device_temp', 'track_id', 'activity_type'] as const) {
      expect(broken.get(field)?.length ?? 0).toBeGreaterThan(25);
    }
    expect(broken.get(undefined)?.length ?? 0).toBeGreaterThan(readings.length * 0.99);
  });
});

describe('its devices', () => {
  const devices = Array.from({ length: 2_000 }, (_, number) => device(7, number));
  const hourMs = 3_600_000;

  it('have clocks that are right, and some far ahead, over the hour that a broker takes, or far behind', () => {
    const of = (test: (aheadMs: number) => boolean) => devices.filter(({ clockAheadMs }) => test(clockAheadMs)).length;
    expect(of((ms) => Math.abs(ms) <= 2_000)).toBeGreaterThan(1_800);
    expect(of((ms) => ms > hourMs)).toBeGreaterThan(5);
    expect(of((ms) => ms < -hourMs)).toBeGreaterThan(5);
  });

  it('write times in all forms, each always in its own', () => {
    const forms = { milliseconds: /^\d{13}$/, seconds: /^\d{10}$/, iso: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ };
    const formOf = new Map(
      Array.from({ length: 200 }, (_, number) => [device(7, number).id, device(7, number).timeForm]),
    );
    expect(new Set(formOf.values()).size).toBe(3);
    const odd = readings.filter(
      ({ deviceId, measurement }) =>
        measurement.broken !== 'device_ts' && !forms[formOf.get(deviceId) ?? 'iso'].test(measurement.device_ts),
    );
    expect(odd).toEqual([]);
  });

  it('are warmer by day than by night, and say nearly what is true', () => {
    const minutes = 24 * 60;
    const dayLong = fleet({ ...plan, trouble: false, devices: 11, perSecond: 1 });
    const temperatures = Array.from({ length: minutes }, (_, minute) => dayLong.sent(minute * 60)).flat();
    const mean = (hour: number) => {
      const own = temperatures.filter(({ measurement }) => new Date(measurement.takenMs).getUTCHours() === hour);
      return own.reduce((sum, { measurement }) => sum + Number(measurement.device_temp), 0) / own.length;
    };
    expect(mean(15)).toBeGreaterThan(mean(3) + 2);
    const differences = temperatures.map(({ measurement }) =>
      Math.abs(Number(measurement.device_temp) - measurement.celsius),
    );
    expect(Math.max(...differences)).toBeLessThan(0.5);
  });
});
