/** Castagnoli's polynomial, its bits reversed. https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4 */
const polynomial = 0x82f63b78;

/** Entry `256 * n + byte`: what a byte contributes that is followed by n more. */
const table = new Uint32Array(4 * 256);
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
  table[byte] = value;
}
for (let at = 256; at < table.length; at++) {
  const before = table[at - 256] as number;
  table[at] = (before >>> 8) ^ (table[before & 0xff] as number);
}

/**
 * The CRC-32C of bytes that follow those with the checksum `before`. It takes four bytes at a time: the vendor's takes one at a time, and
 * was a good part of the sink's CPU.
 */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  let at = 0;
  for (const end = bytes.length - 3; at < end; at += 4) {
    const low = crc ^ (bytes[at] as number) ^ ((bytes[at + 1] as number) << 8);
    const mixed = low ^ ((bytes[at + 2] as number) << 16) ^ ((bytes[at + 3] as number) << 24);
    crc =
      (table[768 + (mixed & 0xff)] as number) ^
      (table[512 + ((mixed >>> 8) & 0xff)] as number) ^
      (table[256 + ((mixed >>> 16) & 0xff)] as number) ^
      (table[mixed >>> 24] as number);
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] as number)) & 0xff] as number);
  return ~crc >>> 0;
}

/** A CRC-32C as object stores write it: big-endian, in base64. */
export function checksumText(checksum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(checksum);
  return bytes.toString('base64');
}
