/** Something that is counted or measured in the repository, and the most of it that is allowed. */
export interface Rule {
  name: string;
  /** What the number is, in a few words. */
  counts: string;
  found: number;
  atMost: number;
  /** What was found and where, the worst first. */
  findings: readonly string[];
}

export const isExceeded = ({ found, atMost }: Rule): boolean => found > atMost;

/** A rule about how many findings there are. */
export const counted = (name: string, counts: string, findings: readonly string[], atMost: number): Rule => ({
  ...{ name, counts, found: findings.length, atMost, findings },
});

/** A rule about the largest of some things, which come largest first. */
export const largest = (
  name: string,
  counts: string,
  sizes: readonly { size: number; what: string }[],
  atMost: number,
): Rule => ({
  ...{ name, counts, found: sizes[0]?.size ?? 0, atMost },
  findings: sizes.map(({ size, what }) => `${String(size).padStart(4)}  ${what}`),
});

/**
 * One line for each rule; below a rule that is exceeded or asked for, its findings.
 *
 * @param asked names of rules, to see all that they have found
 */
export function report(rules: readonly Rule[], asked: readonly string[] = []): string[] {
  const width = Math.max(...rules.map(({ name }) => name.length));
  return rules.flatMap((rule) => {
    const { name, counts, found, atMost, findings } = rule;
    const advice = isExceeded(rule) ? ': too many' : found < atMost ? `: lower the bound to ${found}` : '';
    const line = `${isExceeded(rule) ? '✗' : ' '} ${name.padEnd(width)}  ${found} of ${atMost} ${counts}${advice}`;
    const shown = asked.includes(name) ? findings : isExceeded(rule) ? findings.slice(0, 20) : [];
    const hidden = isExceeded(rule) ? findings.length - shown.length : 0;
    return [
      line,
      ...shown.map((finding) => `    ${finding}`),
      ...(hidden > 0 ? [`    … and ${hidden} more: npm run house -- ${name}`] : []),
    ];
  });
}
