import { closeSync, openSync, writeSync } from 'node:fs';
import { FatalError, describeError } from '@sluice/telemetry';
import type { Sent } from './fleet.ts';

/** What the simulator knows of a reading that was sent. */
export interface Truth {
  uuid: string;
  device_id: string;
  /** When it was measured, by a true clock, and what a perfect sensor would have said then. */
  measured: string;
  temp_celsius: number;
  why: Sent['why'];
  /** The field that makes no sense. */
  broken?: string;
}

/**
 * Appends what is about to be sent, before it is: what is in Kafka is in the file. A source that is killed sends its last chunk
 * again, so lines may come twice; they are equal.
 */
export interface TruthFile {
  append(readings: readonly Sent[]): void;
  close(): void;
}

/** @throws FatalError where there can be no such file */
export function truthFile(path: string): TruthFile {
  const file = opened(path);
  return {
    append(readings) {
      const lines = readings.map(({ measurement: { uuid, takenMs, celsius, broken }, deviceId, why }) => {
        const measured = new Date(takenMs).toISOString();
        const truth: Truth = {
          uuid,
          device_id: deviceId,
          measured,
          temp_celsius: celsius,
          why,
          ...(broken && { broken }),
        };
        return `${JSON.stringify(truth)}\n`;
      });
      writeSync(file, lines.join(''));
    },
    close: () => closeSync(file),
  };
}

function opened(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (error) {
    throw new FatalError(
      `IOT_TRUTH_FILE is ${JSON.stringify(path)}, which cannot be written (${describeError(error)}): give a file in a folder that exists`,
      'file-not-writable',
    );
  }
}
