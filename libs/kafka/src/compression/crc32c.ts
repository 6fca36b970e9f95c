import { createCRC32 } from 'hash-wasm';

/** CRC-32C (Castagnoli) of bytes, as Kafka puts it into its batches. Node's own `zlib.crc32` is another polynomial's. */
export type Crc32c = (bytes: Buffer) => number;

const reflectedPolynomial = 0x82f63b78;

let loaded: Promise<Crc32c> | undefined;

/** Loads it once for the process. */
export const crc32c = (): Promise<Crc32c> => (loaded ??= load());

async function load(): Promise<Crc32c> {
  const hash = await createCRC32(reflectedPolynomial);
  return (bytes) => {
    const [a = 0, b = 0, c = 0, d = 0] = hash.init().update(bytes).digest('binary');
    return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  };
}
