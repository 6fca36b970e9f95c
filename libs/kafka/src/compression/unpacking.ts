import { MalformedRecords } from '../fetch/record-batch.ts';

/** Where unpacked bytes go: made once their number is known, and never larger than the limit. */
export interface Output {
  readonly bytes: Buffer;
  at: number;
}

/** @throws MalformedRecords where the bytes would be more than the limit */
export function outputOf(length: number, mostBytes: number): Output {
  if (length > mostBytes) throw tooLarge(mostBytes);
  return { bytes: Buffer.allocUnsafe(length), at: 0 };
}

export const tooLarge = (mostBytes: number): MalformedRecords =>
  new MalformedRecords(
    `it unpacks to more than ${mostBytes} bytes, the most that KAFKA_MAX_BATCH_BYTES allows: raise that to read it`,
  );

export const damaged = (kind: string): MalformedRecords => new MalformedRecords(`its ${kind} data are damaged`);

/** Below this, a loop is faster than a call. */
const shortBytes = 32;

/** Puts bytes of the input into the output. The caller has checked that both have them. */
export function copyLiterals(input: Buffer, from: number, length: number, out: Output): void {
  const { bytes, at } = out;
  if (length > shortBytes) input.copy(bytes, at, from, from + length);
  else for (let n = 0; n < length; n++) bytes[at + n] = input[from + n] as number;
  out.at = at + length;
}

/** Repeats what lies `distance` before the end of the output; both may overlap, which repeats a pattern. The caller has checked the bounds. */
export function copyMatch(out: Output, distance: number, length: number): void {
  const { bytes, at } = out;
  out.at = at + length;
  if (length <= shortBytes) {
    for (let n = at; n < at + length; n++) bytes[n] = bytes[n - distance] as number;
    return;
  }
  // Each copy doubles what there is of the pattern.
  for (let done = 0; done < length;) {
    const piece = Math.min(distance + done, length - done);
    bytes.copyWithin(at + done, at - distance, at - distance + piece);
    done += piece;
  }
}
