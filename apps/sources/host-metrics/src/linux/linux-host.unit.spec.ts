import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linuxHost } from './linux-host.ts';

describe('linuxHost', () => {
  let proc: string;
  const write = (name: string, text: string): void => writeFileSync(join(proc, name), text);

  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'proc-'));
    write('stat', 'cpu  100 0 0 900\ncpu0 100 0 0 900\nctxt 5\nbtime 1795286974\nprocs_running 2\nprocs_blocked 1\n');
    write('loadavg', '0.09 0.15 0.15 2/87 5632\n');
    write('meminfo', 'MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 500 kB\n');
    write('mounts', '/dev/vda / ext4 rw 0 0\n/dev/vdb /no/such/folder ext4 rw 0 0\n');
    for (const entry of ['1', '42', '5632', 'self', 'sys']) mkdirSync(join(proc, entry));
  });

  afterEach(() => {
    rmSync(proc, { recursive: true });
  });

  it('counts processes by their folders, and threads and tasks as the kernel does', () => {
    expect(linuxHost(proc)().processes()).toEqual({
      process_count: 3,
      thread_count: 87,
      running_count: 2,
      blocked_count: 1,
    });
  });

  it('gives percentages from the second look on', () => {
    const look = linuxHost(proc);
    expect(look().cpu()).toMatchObject({ user_seconds_total: 1, busy_percent: null });
    write('stat', 'cpu  125 0 0 975\ncpu0 125 0 0 975\n');
    expect(look().cpu()).toMatchObject({
      user_seconds_total: 1.25,
      busy_percent: 25,
      cores: [{ core: 0, busy_percent: 25 }],
    });
  });

  it('reports no system calls: Linux does not count them', () => {
    expect(linuxHost(proc)().kernel()).toMatchObject({ context_switches_total: 5, system_calls_total: null });
  });

  it('reports the gauges of memory where there is no vmstat, and its counters where there is', () => {
    expect(linuxHost(proc)().memory()).toMatchObject({ used_percent: 50, page_faults_total: null });
    write('vmstat', 'pgfault 7\npswpin 3\n');
    const look = linuxHost(proc)();
    expect([look.memory(), look.swap()]).toMatchObject([{ page_faults_total: 7 }, { swapped_in_pages_total: 3 }]);
  });

  it('leaves out a file system that cannot be asked, and fails when that goes for all', async () => {
    expect(await linuxHost(proc)().filesystems()).toMatchObject([{ mount_point: '/' }]);
    write('mounts', '/dev/vdb /no/such/folder ext4 rw 0 0\n');
    await expect(linuxHost(proc)().filesystems()).rejects.toThrow('/no/such/folder');
  });

  it('fails in the groups whose files are missing, and only in those', () => {
    const look = linuxHost(proc)();
    expect(() => look.disks()).toThrow('diskstats');
    expect(() => look.network()).toThrow('net/dev');
    expect(look.load()).toMatchObject({ average_1m_tasks: 0.09 });
  });

  it('says so when the file has no CPU', () => {
    write('stat', 'ctxt 5\n');
    const look = linuxHost(proc)();
    expect(() => look.cpu()).toThrow('no line for the CPU');
    expect(look.kernel()).toMatchObject({ context_switches_total: 5 });
  });
});
