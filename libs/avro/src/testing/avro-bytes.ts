/** Avro's binary forms, written by hand so that tests need not trust an encoder. */
export const long = (value: number | bigint): Buffer => {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const bytes: number[] = [];
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
};

export const bytes = (content: Uint8Array | readonly number[]): Buffer =>
  Buffer.concat([long(content.length), Uint8Array.from(content)]);

export const text = (content: string): Buffer => bytes(Buffer.from(content));

export const concat = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);
