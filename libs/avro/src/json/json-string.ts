const quote = 0x22;
const backslash = 0x5c;
const hex = Buffer.from('0123456789abcdef');

/** Writes the escape of a quote, a backslash or a control character at `at`. @returns where it ends */
export function escapeByte(byte: number, buffer: Buffer, at: number): number {
  let to = at;
  buffer[to++] = backslash;
  if (byte === quote || byte === backslash) {
    buffer[to++] = byte;
    return to;
  }
  buffer[to++] = 0x75;
  buffer[to++] = 0x30;
  buffer[to++] = 0x30;
  buffer[to++] = hex[byte >> 4] as number;
  buffer[to++] = hex[byte & 15] as number;
  return to;
}

/** The length of the valid UTF-8 sequence at `at`, or 0 (RFC 3629: no overlong forms, no surrogates, none past U+10FFFF). */
export function sequenceLength(input: Buffer, at: number, end: number): 0 | 2 | 3 | 4 {
  const first = input[at] as number;
  const continues = (index: number) => index < end && ((input[index] as number) & 0xc0) === 0x80;
  if (first >= 0xc2 && first <= 0xdf) return continues(at + 1) ? 2 : 0;
  const second = at + 1 < end ? (input[at + 1] as number) : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const fits = second >= (first === 0xe0 ? 0xa0 : 0x80) && second <= (first === 0xed ? 0x9f : 0xbf);
    return fits && continues(at + 2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const fits = second >= (first === 0xf0 ? 0x90 : 0x80) && second <= (first === 0xf4 ? 0x8f : 0xbf);
    return fits && continues(at + 2) && continues(at + 3) ? 4 : 0;
  }
  return 0;
}
