import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uniqueName } from '@sluice/kafka/testing';
import { iotReading, type IotReading } from '@sluice/contracts';
import { sourceConformance, type Oddity } from '@sluice/source/testing';
import { afterAll } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'json-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

const odd: Readonly<Record<Oddity, Partial<IotReading>>> = {
  unicode: { device_id: '아이돌 é \u{1F9A9} \u0000 \u202E' },
  'empty values': { device_id: '', device_temp: '', track_id: '' },
  'the year 1970': { received: new Date(1) },
  'the year 2100': { received: new Date('2100-12-31T23:59:59.999Z') },
};

sourceConformance({
  app: 'json-lines',
  contract: iotReading,
  async create() {
    const mark = uniqueName('line');
    const path = join(folder, `${mark}.jsonl`);
    let [lines, bytes] = [0, 0];
    const write = (line: Buffer): number => {
      const offset = bytes;
      appendFileSync(path, line);
      bytes += line.length;
      return offset;
    };
    /** Writes the line of an event. @returns its fields */
    const writeEvent = (fields: Partial<IotReading> = {}): Partial<IotReading> => {
      const own = { uuid: `${mark}-${lines++}`, ...fields };
      const rest = { device_id: 'd', device_ts: '', device_temp: '1', track_id: '1', activity_type: '1' };
      write(Buffer.from(`${JSON.stringify({ received: new Date(), ...rest, ...own })}\n`));
      return own;
    };
    return {
      mark,
      environment: { JSON_LINES_FILE: path, JSON_LINES_TOPIC: iotReading.topic },
      give: async (count) => Array.from({ length: count }, () => writeEvent()),
      giveOdd: async (oddity) => writeEvent(odd[oddity]),
      async giveMalformed() {
        const line = Buffer.from(`{ "uuid": "${mark}"`);
        return { bytes: line, place: `${path}, byte ${write(Buffer.concat([line, Buffer.from('\n')]))}` };
      },
    };
  },
});
