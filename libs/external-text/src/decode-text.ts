/** Bytes or text from outside that cannot be read. The message is one sentence that repeats nothing of it. */
export class UnreadableText extends Error {
  override readonly name = 'UnreadableText';
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The text of a line or a message, by the one rule for all text from outside: UTF-8, without the byte order mark at its beginning and
 * the zero bytes and white space around it. A carriage return counts as white space, so a line may end in `\n` or `\r\n`.
 *
 * @returns an empty text where there is nothing else
 * @throws UnreadableText for bytes that are not UTF-8, and for a zero byte inside, as UTF-16 has
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw new UnreadableText('it is UTF-16: only UTF-8 is read');
  let [start, end] = [0, bytes.length];
  while (start < end && bytes[start] === 0) start++;
  while (end > start && isPadding(bytes[end - 1])) end--;
  let text: string;
  try {
    text = utf8.decode(bytes.subarray(start, end));
  } catch {
    throw new UnreadableText('it is not UTF-8');
  }
  if (text.includes('\0')) throw new UnreadableText('it has zero bytes within, as UTF-16 has: only UTF-8 is read');
  return text.trim();
}

const isPadding = (byte: number | undefined): boolean => byte === 0 || byte === 0x0a || byte === 0x0d;
