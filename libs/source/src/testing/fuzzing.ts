/** The most memory that reading a small damaged file, or one that unpacks to much more, may add to the process. */
export const mostMiB = 200;
/** The most memory that the process has had. */
export const peakMiB = (): number => process.resourceUsage().maxRSS / 1024;

/** Texts and bytes that break readers: half characters, byte order marks, zeros, line ends, unclosed brackets, endless numbers. */
const badBytes = [
  ...[
    'efbbbf',
    'fffe',
    '00',
    '0000000000',
    '0d',
    '0d0a',
    '0a',
    '0a0a',
    'ed',
    'eda0bd',
    'c3',
    'f0908d',
    'c0af',
    'ff',
    'e2',
  ],
].map((hex) => Buffer.from(hex, 'hex'));
const badTexts = [
  ...['\\ud83d', '\\u00', '"', '{', '}', ']', '['.repeat(2000), '9'.repeat(400), '1e999', '\\', ':', ':null,'],
  'x'.repeat(1500),
].map((text) => Buffer.from(text));
const insertions = [...badBytes, ...badTexts];

/** A line with up to three changes: something inserted, bytes left out, a byte beyond ASCII, or a bit flipped. */
export function damagedLine(line: string, draw: (below: number) => number): Buffer {
  let damaged: Buffer = Buffer.from(line);
  for (let change = draw(4); change > 0; change--) {
    const at = draw(damaged.length + 1);
    const [before, after] = [damaged.subarray(0, at), damaged.subarray(at)];
    const kinds = [
      () => [before, insertions[draw(insertions.length)] ?? before, after],
      () => [before, after.subarray(draw(50))],
      () => [before, Buffer.from([0x80 + draw(128)]), after],
      () => [before, Buffer.from([(after[0] ?? 0) ^ (1 << draw(8))]), after.subarray(1)],
    ];
    damaged = Buffer.concat(kinds[draw(kinds.length)]?.() ?? []);
  }
  return damaged;
}
