import type { IotReading } from '@sluice/contracts';

/** A reading as a device sends it, all of it texts that can be read. */
export const randomReading = (uuid: string, index: number): IotReading => ({
  uuid,
  device_ts: String(Date.now()),
  device_id: `device-${index % 500}`,
  device_temp: String(((index * 7) % 600) / 8 - 20),
  track_id: String(index % 40),
  activity_type: String(index % 5),
  received: new Date(),
});
