import type { IotReading } from '@sluice/contracts';
import type { Source } from '@sluice/source';
import { pause } from '@sluice/telemetry';
import { fleet, type FleetPlan, type Sent } from './fleet.ts';
import type { TruthFile } from './truth-file.ts';

/** A plan whose start is not settled yet. */
export type FleetSettings = Omit<FleetPlan, 'startMs'>;

/** Where a run of a fleet is: what it follows from, and the next step. */
interface Position extends FleetPlan {
  step: number;
}

/** The most steps between two cursors. */
const stepsAtOnce = 2_000;
/** From one look at the clock to the next. Each wakes the process, which costs as much as some tens of readings. */
const lookMs = 50;
/** A measurement that is older than this when the source reaches it is skipped. */
const longestAwayMs = 60_000;

/**
 * The readings of a simulated fleet, in real time. A source that is started again continues with the same fleet; another plan begins a
 * new one.
 *
 * @param options.measurements after so many the source is exhausted, and none is left out
 * @param options.onSkipped called with how many measurements were left out
 * @param options.truth gets every reading before it is given out
 */
export function simulatedDevices(
  settings: FleetSettings,
  options: { measurements?: number; truth?: TruthFile; onSkipped?: (count: number) => void; now?: () => number } = {},
): Source<IotReading> {
  const { measurements = Number.POSITIVE_INFINITY, truth, onSkipped, now = Date.now } = options;
  return {
    async *read({ signal, cursor }) {
      const start = goOn(settings, cursor) ?? { ...settings, startMs: now(), step: 0 };
      const simulated = fleet(start);
      let { step } = start;
      while (!signal.aborted && step < measurements) {
        const due = Math.min(simulated.stepAt(now()), measurements);
        const oldest = options.measurements === undefined ? simulated.stepAt(now() - longestAwayMs) : 0;
        if (oldest > step) {
          onSkipped?.(oldest - step);
          step = oldest;
        }
        if (step >= due) {
          await pause(lookMs, signal);
          continue;
        }
        const readings: Sent[] = [];
        for (const end = Math.min(due, step + stepsAtOnce); step < end; step++) readings.push(...simulated.sent(step));
        if (readings.length === 0) continue;
        truth?.append(readings);
        const received = new Date(now());
        const reached = JSON.stringify({ ...start, step } satisfies Position);
        for (const [n, reading] of readings.entries()) {
          yield { value: event(reading, received), ...(n === readings.length - 1 && { cursor: reached }) };
        }
      }
    },
  };
}

const event = ({ measurement, deviceId }: Sent, received: Date): IotReading => ({
  uuid: measurement.uuid,
  device_ts: measurement.device_ts,
  device_id: deviceId,
  device_temp: measurement.device_temp,
  track_id: measurement.track_id,
  activity_type: measurement.activity_type,
  received,
});

/** The position of a cursor, if it is one of the same fleet. */
function goOn(settings: FleetSettings, cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined;
  const found: Partial<Position> = JSON.parse(cursor);
  const { seed, devices, perSecond, trouble, startMs, step } = found;
  const isSame =
    seed === settings.seed &&
    devices === settings.devices &&
    perSecond === settings.perSecond &&
    trouble === settings.trouble;
  if (!isSame || startMs === undefined || step === undefined) return undefined;
  return { seed, devices, perSecond, trouble, startMs, step };
}
