import { Refused, type Processor } from '@sluice/processor';
import type { IotEvent, IotReading } from '@sluice/contracts';
import { castInteger } from './cast-integer.ts';
import { castTemperature, fahrenheit } from './cast-temperature.ts';
import { castTime } from './cast-time.ts';

/** What is wrong with a field, by field. The contents of a field are not repeated. */
const problems = {
  uuid: 'uuid is empty',
  device_id: 'device_id is empty',
  device_ts:
    'device_ts is not a time from 2000 to 2099, as seconds or milliseconds since 1970 or as ISO 8601 with an offset',
  device_temp: 'device_temp is not a decimal number from -273.15 to 1000',
  track_id: 'track_id is not a whole number of 32 bits',
  activity_type: 'activity_type is not a whole number of 32 bits',
};

/**
 * Makes an event of a reading: its texts become numbers and times.
 *
 * @throws Refused when a field cannot be cast, with all such fields
 */
export function enrichReading(reading: IotReading): IotEvent {
  const { uuid, device_id, received } = reading;
  const cast = {
    uuid: uuid === '' ? undefined : uuid,
    device_id: device_id === '' ? undefined : device_id,
    device_ts: castTime(reading.device_ts),
    device_temp: castTemperature(reading.device_temp),
    track_id: castInteger(reading.track_id),
    activity_type: castInteger(reading.activity_type),
  };
  if (!isComplete(cast)) {
    const wrong = (Object.keys(problems) as (keyof typeof problems)[]).filter((field) => cast[field] === undefined);
    throw new Refused(wrong.map((field) => problems[field]).join('; '));
  }
  const { device_temp: celsius } = cast;
  return {
    ...cast,
    device_ts: new Date(cast.device_ts),
    device_temp: Math.trunc(celsius) + 0,
    temp_celsius: celsius,
    temp_fahrenheit: fahrenheit(celsius),
    received,
  };
}

type Complete<T> = { [Field in keyof T]: Exclude<T[Field], undefined> };

const isComplete = <T extends object>(cast: T): cast is T & Complete<T> =>
  Object.values(cast).every((value) => value !== undefined);

/** The processor from `iot-readings` to `iot-events`. */
export const iotEnrich: Processor<IotReading, IotEvent> = { process: enrichReading };
