import { once } from 'node:events';

/** JSON on one line. Offsets and other long numbers are texts, times are ISO 8601. */
export const jsonLine = (value: unknown): string =>
  `${JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))}\n`;

export const printLines = (lines: readonly string[]): void => {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
};

/** Writes, and waits while the reader of a pipe is slower. */
export async function writeSlowly(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

export const count = (number: number | bigint): string => number.toLocaleString('en-US');

/** `1 record`, `2 records` */
export const counted = (number: number | bigint, noun: string): string =>
  `${count(number)} ${noun}${number === 1 || number === 1n ? '' : 's'}`;
