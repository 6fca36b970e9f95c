/** Texts in a record that say how its batch is to be damaged on its way from the broker. */
export const flippedBit = 'a bit of this text is flipped on its way';
export const unknownCompression = 'this batch claims a compression that does not exist';

const [headerBytes, lengthAt, magicAt, checksumAt, attributesAt] = [61, 8, 16, 17, 21];

/** Damages the batches in an answer of the broker that ask for it: one record each, uncompressed. For `onAnswer` of a Kafka proxy. */
export function damageOnTheWay(answer: Buffer, { flips = true } = {}): void {
  if (flips) eachPlace(answer, flippedBit, (at) => (answer[at] = (answer[at] as number) ^ 1));
  eachPlace(answer, unknownCompression, (at) => {
    const begin = batchAround(answer, at);
    if (begin === undefined) return;
    const end = begin + lengthAt + 4 + answer.readInt32BE(begin + lengthAt);
    answer[begin + attributesAt + 1] = 7;
    // Damage as a producer with a defect makes it: the checksum fits.
    answer.writeUInt32BE(crc32c(answer.subarray(begin + attributesAt, end)), begin + checksumAt);
  });
}

function eachPlace(bytes: Buffer, text: string, act: (at: number) => void): void {
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) act(at);
}

/** Where the batch begins that has a text in its first record. */
function batchAround(bytes: Buffer, at: number): number | undefined {
  for (let begin = at - headerBytes; begin >= 0 && begin > at - 1_000; begin--) {
    const length = bytes.readInt32BE(begin + lengthAt);
    if (bytes[begin + magicAt] !== 2 || begin + lengthAt + 4 + length > bytes.length || begin + length < at) continue;
    const end = begin + lengthAt + 4 + length;
    if (bytes.readUInt32BE(begin + checksumAt) === crc32c(bytes.subarray(begin + attributesAt, end))) return begin;
  }
  return undefined;
}

function crc32c(bytes: Buffer): number {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 0 ? sum >>> 1 : (sum >>> 1) ^ 0x82f63b78;
  }
  return ~sum >>> 0;
}
