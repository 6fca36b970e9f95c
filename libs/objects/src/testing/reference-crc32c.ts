/** The CRC-32C as its definition has it, one bit at a time, to compare the fast one with. https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4 */
export function referenceCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}
