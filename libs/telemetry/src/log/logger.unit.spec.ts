import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const program = join(import.meta.dirname, '../testing/log-lines.ts');

const logged = (format: string, to: 'stdout' | 'stderr') => {
  const { stdout, stderr } = spawnSync(process.execPath, [program, format, to], { encoding: 'utf8' });
  return { stdout, stderr };
};

describe('the log', () => {
  it.each(['json', 'auto'])('is one JSON object a line when the format is %s and there is no terminal', (format) => {
    const { stdout, stderr } = logged(format, 'stdout');
    expect(stderr).toBe('');
    const [delivered, failed, ...more] = stdout.split('\n');
    expect(more).toEqual(['']);
    expect(JSON.parse(delivered ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      app: 'tiny',
      records: 3,
      topic: 'tweets',
      msg: 'delivered',
    });
    expect(JSON.parse(failed ?? '')).toMatchObject({ level: 'error', msg: 'failed', err: { message: 'no wine' } });
  });

  it('goes to standard error alone where standard output is for the app', () => {
    for (const format of ['json', 'pretty']) {
      const { stdout, stderr } = logged(format, 'stderr');
      expect(stdout).toBe('');
      expect(stderr).toContain('delivered');
    }
  });

  it('is text without colours when the format is pretty and there is no terminal', () => {
    const { stdout } = logged('pretty', 'stdout');
    expect(stdout).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: delivered\n {4}records: 3\n {4}topic: "tweets"\n/);
    expect(stdout).not.toContain('\u001B');
    expect(stdout).not.toContain('too quiet');
  });
});
