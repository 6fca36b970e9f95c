import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';

describe('ByteWriter', () => {
  it('keeps what is written while it grows from nothing', () => {
    const out = new ByteWriter(0);
    const expected: number[] = [];
    for (let round = 0; round < 300; round++) {
      out.byte(round % 256);
      out.bytes(Buffer.of(1, 2, 3));
      out.text('€');
      expected.push(round % 256, 1, 2, 3, 0xe2, 0x82, 0xac);
    }
    expect(out.written()).toEqual(Buffer.from(expected));
    expect(out.length).toBe(expected.length);
  });

  it('at least doubles when it grows, so that growing stays cheap', () => {
    const out = new ByteWriter(16);
    let growths = 0;
    for (let written = 0, last = out.buffer; written < 100_000; written++) {
      out.byte(1);
      if (out.buffer !== last) growths++;
      last = out.buffer;
    }
    expect(growths).toBe(Math.ceil(Math.log2(100_000 / 16)));
  });

  it('makes room for as much as is asked for, and none where there is room', () => {
    const out = new ByteWriter(8);
    out.bytes(Buffer.from('abc'));
    const { buffer } = out;
    out.reserve(5);
    expect(out.buffer).toBe(buffer);
    out.reserve(1000);
    expect(out.buffer.length).toBeGreaterThanOrEqual(1003);
    expect(out.written().toString()).toBe('abc');
  });

  it('writes the longest UTF-8 of a text in full', () => {
    const out = new ByteWriter(1);
    out.text('語'.repeat(100) + '😀'.repeat(100));
    expect(out.written().toString()).toBe('語'.repeat(100) + '😀'.repeat(100));
  });

  it('begins anew in the same buffer when its length is set to 0', () => {
    const out = new ByteWriter(64);
    out.text('before');
    const { buffer } = out;
    out.length = 0;
    out.text('now');
    expect(out.written().toString()).toBe('now');
    expect(out.buffer).toBe(buffer);
  });
});
