import { isUtf8 } from 'node:buffer';

/** Characters that control a terminal or the direction of text, and line breaks. */
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** External text, safe to print on one line of a terminal. */
export const printable = (text: string): string => text.replaceAll(controls, '�');

/** Bytes as text if they are UTF-8, else as hexadecimal digits. */
export const printableBytes = (bytes: Buffer | string): string =>
  typeof bytes === 'string' || isUtf8(bytes) ? printable(bytes.toString()) : `0x${bytes.toString('hex')}`;

/** Sixteen bytes a line: offset, hexadecimal digits, and the ASCII characters. */
export function hexDump(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const digits = row.toString('hex').replaceAll(/../g, '$& ').trimEnd().padEnd(47);
    const ascii = row.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '.');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${digits}  ${ascii}`);
  }
  return lines;
}

/** Indents JSON without parsing it, so numbers and the order of fields stay as they are. */
export function indentedJson(json: string): string {
  let [depth, out] = [1, ''];
  const line = () => `\n${'  '.repeat(depth)}`;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|\{\}|\[\]|[{}[\],:]|[^"{}[\],:]+/g)) {
    if (token === '{' || token === '[') {
      depth++;
      out += token + line();
    } else if (token === '}' || token === ']') {
      depth--;
      out += line() + token;
    } else if (token === ',') out += token + line();
    else out += token === ':' ? ': ' : token;
  }
  // JSON escapes control characters below the space, but not these.
  return `  ${out.replaceAll(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '�')}`;
}
