import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IotReading } from '@sluice/contracts';
import type { SourceItem } from '@sluice/source';
import { describe, expect, it } from 'vitest';
import { simulatedDevices, type FleetSettings } from './simulated-devices.ts';
import { truthFile, type Truth } from './truth-file.ts';

const settings: FleetSettings = { seed: 3, devices: 50, perSecond: 1000, trouble: true };
const begin = Date.parse('2026-11-21T00:00:00Z');

/** A clock that moves on a second whenever it is looked at. */
function clock(atMs = begin) {
  let nowMs = atMs;
  return { now: () => (nowMs += 1_000), jump: (ms: number) => void (nowMs += ms) };
}

type Items = SourceItem<IotReading>[];
async function take(source: ReturnType<typeof simulatedDevices>, count: number, cursor?: string): Promise<Items> {
  const items: Items = [];
  for await (const item of source.read({ signal: new AbortController().signal, cursor })) {
    items.push(item);
    if (items.length >= count && item.cursor !== undefined) break;
  }
  return items;
}
const uuids = (items: Items) => items.map((item) => ('value' in item ? item.value.uuid : ''));
const cursorOf = (items: Items) => items.findLast(({ cursor }) => cursor !== undefined)?.cursor;

describe('simulated devices', () => {
  it('continue behind a cursor as if they had not stopped', async () => {
    const whole = await take(simulatedDevices(settings, clock()), 20_000);
    const first = await take(simulatedDevices(settings, clock()), 5_000);
    const startMs = JSON.parse(cursorOf(first) ?? '').startMs;
    const rest = await take(simulatedDevices(settings, clock(startMs + 5_000)), 10_000, cursorOf(first));
    expect(uuids([...first, ...rest])).toEqual(uuids(whole).slice(0, first.length + rest.length));
  });

  it('begin again with another plan', async () => {
    const first = await take(simulatedDevices(settings, clock()), 100);
    const other = await take(simulatedDevices({ ...settings, seed: 4 }, clock()), 100, cursorOf(first));
    expect(JSON.parse(cursorOf(other) ?? '')).toMatchObject({ seed: 4 });
    expect(uuids(first).filter((uuid) => uuids(other).includes(uuid))).toEqual([]);
  });

  it('skip and count what they measured while the source was away for over a minute', async () => {
    const first = await take(simulatedDevices(settings, clock()), 1_000);
    const skipped: number[] = [];
    const away = clock(begin + 3_600_000);
    await take(
      simulatedDevices(settings, { ...away, onSkipped: (count) => skipped.push(count) }),
      1_000,
      cursorOf(first),
    );
    const total = skipped.reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThan(3_530_000);
    expect(total).toBeLessThan(3_600_000);
  });

  it('end after so many measurements, and leave out none of them', async () => {
    const source = simulatedDevices({ ...settings, trouble: false }, { ...clock(), measurements: 10_000 });
    const items = await take(source, Number.POSITIVE_INFINITY);
    expect(new Set(uuids(items)).size).toBe(10_000);
    const late = simulatedDevices(
      { ...settings, trouble: false },
      { ...clock(begin + 86_400_000), measurements: 10_000 },
    );
    expect(uuids(await take(late, Number.POSITIVE_INFINITY, cursorOf(items.slice(0, 5_000))))).toEqual(
      uuids(items).slice(items.slice(0, 5_000).findLastIndex(({ cursor }) => cursor !== undefined) + 1),
    );
  });

  it('write the truth about every reading before they give it out', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'iot-truth-'));
    const path = join(folder, 'truth.jsonl');
    const truth = truthFile(path);
    const items = await take(simulatedDevices(settings, { ...clock(), truth }), 10_000);
    truth.close();
    const lines: Truth[] = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    rmSync(folder, { recursive: true });
    expect(lines.map(({ uuid }) => uuid)).toEqual(uuids(items));
    for (const [n, { device_id, measured, temp_celsius, broken }] of lines.entries()) {
      const item = items[n];
      if (item === undefined || !('value' in item)) throw new Error('no reading');
      expect(item.value.device_id).toBe(device_id);
      expect(Date.parse(measured)).toBeGreaterThanOrEqual(begin);
      if (broken !== 'device_temp') expect(Math.abs(Number(item.value.device_temp) - temp_celsius)).toBeLessThan(0.5);
    }
  });
});
