import type { Rule } from '../rule.ts';
import type { BannedWord } from './banned-words.ts';
import type { Words } from './prose.ts';

/** A rule about words that are not used here: counts the lines above what is left of each word. */
export function wordRule(name: string, prose: readonly Words[], banned: readonly BannedWord[]): Rule {
  const uses = banned
    .map(({ pattern, instead, left = 0 }) => {
      const lines = prose.filter(({ text }) => pattern.test(text));
      return { lines, instead, pattern, above: Math.max(0, lines.length - left) };
    })
    .sort((a, b) => b.above - a.above);
  const used = uses.reduce((sum, { lines }) => sum + lines.length, 0);
  const allowed = banned.reduce((sum, { left = 0 }) => sum + left, 0);
  const found = uses.reduce((sum, { above }) => sum + above, 0);
  return {
    ...{ name, found, atMost: 0 },
    counts: `banned ${name} above their bounds (${used} used, ${allowed} allowed)`,
    findings: uses.flatMap(({ lines, instead, pattern }) =>
      lines.map(({ path, line, text }) => `${path}:${line}  "${pattern.exec(text)?.[0]}": use ${instead}`),
    ),
  };
}
