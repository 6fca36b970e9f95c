import kafkajs from 'kafkajs';
import { packers } from '../../compression/compression-codecs.ts';

interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
  decompress(): Promise<never>;
}

const codec = (compress: (bytes: Buffer) => Uint8Array) => (): Codec => ({
  compress: async (encoder) => asBuffer(compress(encoder.buffer)),
  decompress: () => Promise.reject(new Error('Kafka 2.5 or newer is needed: the broker is older')),
});

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * Teaches kafkajs to compress with all kinds. It unpacks nothing: the fetch decoder does. Its table of codecs is global to the process;
 * filling it twice changes nothing.
 */
export function installCompression(): void {
  const codecs: Record<string, () => Codec> = kafkajs.CompressionCodecs;
  for (const [type, pack] of Object.entries(packers)) codecs[type] = codec(pack);
}
