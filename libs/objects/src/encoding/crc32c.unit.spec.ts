import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { referenceCrc32c } from '../testing/reference-crc32c.ts';
import { crc32c } from './crc32c.ts';

it('is the checksum of RFC 3720, and of its definition, whole or in parts', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  expect(crc32c(Buffer.alloc(0))).toBe(0);
  for (let length = 0; length < 40; length++) {
    const bytes = randomBytes(length);
    expect(crc32c(bytes), bytes.toString('hex')).toBe(referenceCrc32c(bytes));
    const cut = length >> 1;
    expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(crc32c(bytes));
  }
});
