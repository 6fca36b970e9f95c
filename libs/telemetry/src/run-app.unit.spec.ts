import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const program = join(import.meta.dirname, 'testing/tiny-app/main.ts');

interface Line {
  msg: string;
  [field: string]: unknown;
}

interface Run {
  child: ChildProcessWithoutNullStreams;
  /** Waits for a log line with this message. */
  line(msg: string): Promise<Line>;
  lines(): Line[];
  end: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

const running = new Set<ChildProcessWithoutNullStreams>();
afterAll(() => running.forEach((child) => child.kill('SIGKILL')));

function run(args: readonly string[], environment: Record<string, string> = { TINY_PASSWORD: 'sesame' }): Run {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env['PATH'], LOG_FORMAT: 'json', ...environment },
  });
  running.add(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const lines = () =>
    output.stdout
      .split('\n')
      .slice(0, -1)
      .map((line): Line => JSON.parse(line));
  const end = once(child, 'close').then(([code]: (number | null)[]) => {
    running.delete(child);
    return { code: code ?? null, ...output };
  });
  return {
    child,
    lines,
    end,
    async line(msg) {
      for (;;) {
        const found = lines().find((line) => line.msg === msg);
        if (found !== undefined) return found;
        const more = await Promise.race([once(child.stdout, 'data'), end]);
        if ('code' in more && !lines().some((line) => line.msg === msg))
          throw new Error(`ended with ${more.code} without saying ${msg}: ${more.stderr}`);
      }
    },
  };
}

const stackLine = /^\s+at /m;

// Processes of a busy machine: no test depends on their speed.
const patience = { timeout: 60_000 };

describe.concurrent('--help', patience, () => {
  it('shows what the app is, and every setting with its default, without needing any', async () => {
    const { code, stdout, stderr } = await run(['--help'], {}).end;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^tiny: Waits to be stopped, or fails\.\n\nusage: tiny \[--tied\] \[--help\]\n/);
    expect(stdout).toContain('  TINY_END\n      How it ends (default signal)\n');
    expect(stdout).toContain('  TINY_PASSWORD\n      The password (required, such as sesame)\n');
    expect(stdout).toMatch(/ {2}LOG_LEVEL\n.*\(default info\)\n[^]* {2}TELEMETRY_PORT\n.*\(default 0\)\n/);
  });
});

describe.concurrent('the exit code', patience, () => {
  it('is 0 when the app returns', async () => {
    const app = run([], { TINY_PASSWORD: 'sesame', TINY_END: 'now' });
    expect(await app.end).toMatchObject({ code: 0, stderr: '' });
    expect(app.lines().map(({ msg }) => msg)).toEqual(['started', 'stopped']);
  });

  it('is 1 when the app fails, and the log says why, with the stack of the defect', async () => {
    const app = run([], { TINY_PASSWORD: 'sesame', TINY_END: 'error' });
    expect(await app.end).toMatchObject({ code: 1 });
    expect(await app.line('cannot continue: the barrel is empty: somebody drank it')).toMatchObject({
      level: 'fatal',
      app: 'tiny',
      err: { stack: expect.stringMatching(stackLine) },
    });
  });

  it('is 1 when a person must settle something, and the log has one sentence without a stack', async () => {
    const app = run([], { TINY_PASSWORD: 'sesame', TINY_END: 'sentence' });
    expect(await app.end).toMatchObject({ code: 1, stderr: '' });
    const line = await app.line('cannot continue: the cellar is locked: ask for the key');
    expect(line).not.toHaveProperty('err');
  });

  it('is 1 when an unhandled promise is rejected, and the log says why in one line', async () => {
    const app = run([], { TINY_PASSWORD: 'sesame', TINY_END: 'rejection' });
    expect(await app.end).toMatchObject({ code: 1, stderr: '' });
    expect(app.lines().filter(({ level }) => level === 'fatal')).toMatchObject([
      { msg: 'cannot continue: the cork is gone', app: 'tiny' },
    ]);
  });

  it('is 2 when settings are wrong, which standard error says in sentences', async () => {
    const { code, stdout, stderr } = await run([], { TINY_END: 'never', TINY_PASWORD: 'x', LOG_LEVEL: 'loud' }).end;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      [
        'tiny cannot start: 4 settings to fix in the environment.',
        '  TINY_END must be one of signal, now, error, sentence, rejection, outage; it is "never"',
        '  TINY_PASSWORD is not set: The password, such as sesame',
        '  LOG_LEVEL must be one of trace, debug, info, warn, error, fatal; it is "loud"',
        '  TINY_PASWORD is not a setting; did you mean TINY_PASSWORD?',
        'More: docs/runbooks/errors/wrong-setting.md',
        '',
      ].join('\n'),
    );
  });

  it('is 2 when a rule does not hold', async () => {
    const wrong = { TINY_PASSWORD: 'sesame', TINY_END: 'now', TINY_LAST_WORK_MS: '5' };
    const { code, stderr } = await run([], wrong).end;
    expect(code).toBe(2);
    expect(stderr).toContain('  TINY_LAST_WORK_MS has no signal to wait for when TINY_END is now\n');
  });

  it('is 2 for an argument that there is not', async () => {
    const { code, stderr } = await run(['--verbose']).end;
    expect(code).toBe(2);
    expect(stderr).toBe('tiny has no argument "--verbose": its settings are environment variables, see --help\n');
  });

  it('is 2 when the port of its health is taken, in a sentence that names the setting', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await run([], { TINY_PASSWORD: 'sesame', TELEMETRY_PORT: String(port) }).end;
    other.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^tiny cannot serve its health on TELEMETRY_HOST 127\.0\.0\.1, TELEMETRY_PORT \d+: .*EADDRINUSE/,
    );
    expect(stderr).not.toMatch(stackLine);
  });
});

describe.concurrent('a log that cannot be written', patience, () => {
  it.each(['json', 'pretty'])(
    'changes nothing: an outage is waited out, and the app ends with 0 (%s)',
    async (format) => {
      const full = openSync('/dev/full', 'w');
      const child = spawn(process.execPath, [program], {
        env: { PATH: process.env['PATH'], LOG_FORMAT: format, TINY_PASSWORD: 'sesame', TINY_END: 'outage' },
        stdio: ['ignore', full, 'pipe'],
      });
      closeSync(full);
      let stderr = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      const [code] = (await once(child, 'close')) as [number | null];
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    },
  );

  it('changes nothing when its reader has gone', async () => {
    const app = run([]);
    await app.line('running');
    app.child.stdout.destroy();
    app.child.kill('SIGTERM');
    const [code] = (await once(app.child, 'exit')) as [number | null];
    expect(code).toBe(0);
  });
});

describe.concurrent('a running app', patience, () => {
  it('serves its health at the address that it logs', async () => {
    const app = run([]);
    const { telemetry } = await app.line('started');
    await app.line('running');
    const ready = await fetch(`${String(telemetry)}/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ live: true, ready: false, reasons: { wine: 'starting' } });
    expect((await fetch(`${String(telemetry)}/live`)).status).toBe(200);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops on %s and exits with 0', async (signal) => {
    const app = run([]);
    await app.line('running');
    app.child.kill(signal);
    expect(await app.end).toMatchObject({ code: 0, stderr: '' });
    expect(app.lines().slice(-2)).toMatchObject([{ msg: 'stopping', reason: signal }, { msg: 'stopped' }]);
  });

  it('finishes its work although the signal comes twice', async () => {
    const app = run([], { TINY_PASSWORD: 'sesame', TINY_LAST_WORK_MS: '150' });
    await app.line('running');
    app.child.kill('SIGINT');
    await app.line('stopping');
    app.child.kill('SIGINT');
    expect(await app.end).toMatchObject({ code: 0 });
    expect(app.lines().map(({ msg }) => msg)).toEqual(['started', 'running', 'stopping', 'stopped']);
  });

  it('stops at the end of its standard input when it is tied', async () => {
    const app = run(['--tied']);
    await app.line('running');
    app.child.stdin.end();
    expect(await app.end).toMatchObject({ code: 0 });
    expect(await app.line('stopping')).toMatchObject({ reason: 'standard input ended' });
  });

  it('continues at the end of its standard input when it is not tied', async () => {
    const app = run([]);
    await app.line('running');
    app.child.stdin.end();
    await once(app.child.stdin, 'close');
    const { telemetry } = await app.line('started');
    expect((await fetch(`${String(telemetry)}/live`)).status).toBe(200);
    app.child.kill('SIGTERM');
    expect(await app.end).toMatchObject({ code: 0 });
    expect(await app.line('stopping')).toMatchObject({ reason: 'SIGTERM' });
  });
});
