import { PassThrough } from 'node:stream';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { linesOf, Silence } from './lines-of.ts';

afterEach(() => {
  vi.useRealTimers();
});

function stream(silenceMs = 1000) {
  const body = new PassThrough();
  const head = new IncomingMessage(new Socket());
  const closed = vi.fn(() => void body.destroy());
  return { body, head, closed, lines: linesOf({ body, head, silenceMs, close: closed }) };
}

async function texts(lines: AsyncIterable<Buffer>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line.toString());
  return found;
}

describe('lines', () => {
  it('are whole, wherever the bytes are cut, within a character too', async () => {
    const text = '{"text":"아이돌 😀"}\r\n\r\n{"text":"東京"}\r\n';
    for (const size of [1, 2, 3, 5, 1000]) {
      const { body, lines } = stream();
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += size) body.write(bytes.subarray(at, at + size));
      body.end();
      expect(await texts(lines)).toEqual(['{"text":"아이돌 😀"}', '', '{"text":"東京"}']);
    }
  });

  it('that are incomplete when the connection ends are dropped', async () => {
    const { body, lines, closed } = stream();
    body.end('whole\r\n{"text":"be');
    expect(await texts(lines)).toEqual(['whole']);
    expect(closed).toHaveBeenCalled();
  });

  it('end with the error of a connection that broke off behind a decompressor', async () => {
    const { body, head, lines } = stream();
    body.write('one\r\n');
    const items = lines[Symbol.asyncIterator]();
    expect((await items.next()).value?.toString()).toBe('one');
    head.emit('close');
    await expect(items.next()).rejects.toThrow('broke off');
  });

  it('end when nothing comes for too long; keep-alives are something', async () => {
    vi.useFakeTimers();
    const { body, lines } = stream(1000);
    const items = lines[Symbol.asyncIterator]();
    for (let beat = 0; beat < 3; beat++) {
      const next = items.next();
      await vi.advanceTimersByTimeAsync(900);
      body.write('\r\n');
      expect((await next).value?.length).toBe(0);
    }
    const next = items.next();
    next.catch(() => {});
    await vi.advanceTimersByTimeAsync(1001);
    await expect(next).rejects.toBeInstanceOf(Silence);
    expect(vi.getTimerCount()).toBe(0);
  });
});
