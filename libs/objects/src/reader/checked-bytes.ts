import { checksumText, crc32c } from '../encoding/crc32c.ts';
import { UnreadableObject } from './stored-row.ts';

/**
 * Passes on an object's bytes, and compares their checksum at the end.
 *
 * @param expected base64 of the big-endian CRC-32C
 * @throws UnreadableObject when the bytes do not have it
 */
export async function* checkedBytes(chunks: AsyncIterable<Uint8Array>, expected: string): AsyncGenerator<Buffer> {
  let checksum = 0;
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    checksum = crc32c(bytes, checksum);
    yield bytes;
  }
  if (checksumText(checksum) !== expected) throw new UnreadableObject('its bytes do not have its checksum');
}
