import { device, type Device } from './device.ts';
import { measurement, uuidSeeds, type Measurement } from './measurement.ts';
import { sends, type Circumstance } from './sends.ts';

/** What makes a run of a fleet what it is: two of the same are the same to the last reading. */
export interface FleetPlan {
  seed: number;
  devices: number;
  /** Measurements that the whole fleet takes. */
  perSecond: number;
  /** Whether devices misbehave. */
  trouble: boolean;
  startMs: number;
}

/** A reading on its way. */
export interface Sent {
  measurement: Measurement;
  deviceId: string;
  why: Circumstance;
}

/** A fleet of simulated devices. Its steps are the measurements that its devices take, one after the other, in turn. */
export interface Fleet {
  /** The next step to come at that time. */
  stepAt(nowMs: number): number;
  /** What arrives at a step. */
  sent(step: number): Sent[];
}

export function fleet(plan: FleetPlan): Fleet {
  const { seed, devices, perSecond, trouble, startMs } = plan;
  const known: Device[] = [];
  const run = { ...plan, uuids: uuidSeeds(seed, startMs) };
  const takenMs = (step: number) => startMs + Math.floor((step * 1000) / perSecond);
  return {
    stepAt: (nowMs) => Math.max(0, Math.floor(((nowMs - startMs) * perSecond) / 1000)),
    sent(step) {
      const number = step % devices;
      const sequence = Math.floor(step / devices);
      const own = (known[number] ??= device(seed, number));
      const arriving = trouble ? sends(seed, number, sequence) : [{ sequence, why: 'on time' as const }];
      return arriving.map((one) => ({
        measurement: measurement(run, own, number, one.sequence, takenMs(one.sequence * devices + number)),
        deviceId: own.id,
        why: one.why,
      }));
    },
  };
}
