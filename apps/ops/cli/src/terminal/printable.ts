import { isUtf8 } from 'node:buffer';

/** Control characters, which could take over a terminal; line breaks among them. */
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Text of others on one line of a terminal. */
export const printable = (text: string): string => text.replaceAll(controls, '�');

/** Bytes for a person: the text that they are, or their hexadecimal digits. */
export const printableBytes = (bytes: Buffer | string): string =>
  typeof bytes === 'string' || isUtf8(bytes) ? printable(bytes.toString()) : `0x${bytes.toString('hex')}`;

/** Bytes as sixteen to a line: place, hexadecimal digits, and what of them is ASCII. */
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

/** JSON over several lines, without parsing: numbers and the order of fields stay as they are. */
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
  // JSON escapes what is below the space, and nothing above the letters.
  return `  ${out.replaceAll(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '�')}`;
}
