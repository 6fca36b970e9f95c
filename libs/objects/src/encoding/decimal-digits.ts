import type { ByteWriter } from '@sluice/avro';

/** Appends a whole number that is not negative as decimal digits, without making text of it where a number can hold it. */
export function writeDigits(value: bigint, out: ByteWriter): void {
  if (value > 0xffff_ffffn) {
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) return out.text(value.toString());
    const billions = Math.floor(Number(value) / 1e9);
    writeDigits(BigInt(billions), out);
    return padded(Number(value) - billions * 1e9, 9, out);
  }
  const number = Number(value);
  let digits = 1;
  for (let rest = number; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  padded(number, digits, out);
}

function padded(value: number, digits: number, out: ByteWriter): void {
  out.reserve(digits);
  const { buffer } = out;
  let rest = value;
  for (let at = out.length + digits - 1; at >= out.length; at--) {
    const tens = Math.floor(rest / 10);
    buffer[at] = 0x30 + (rest - tens * 10);
    rest = tens;
  }
  out.length += digits;
}
