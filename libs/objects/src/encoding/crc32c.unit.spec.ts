import { randomBytes } from 'node:crypto';
import { CRC32C } from '@google-cloud/storage';
import { expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';

it('is the checksum of RFC 3720, and that of the vendor, whole or in parts', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  expect(crc32c(Buffer.alloc(0))).toBe(0);
  for (let length = 0; length < 40; length++) {
    const bytes = randomBytes(length);
    const vendor = new CRC32C();
    vendor.update(bytes);
    expect(crc32c(bytes), bytes.toString('hex')).toBe(vendor.valueOf() >>> 0);
    const cut = length >> 1;
    expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(crc32c(bytes));
  }
});
