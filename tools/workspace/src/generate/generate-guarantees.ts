import { globSync, readFileSync } from 'node:fs';
import { format } from 'prettier';
import { betweenMarkers } from './between-markers.ts';

/** A test whose title cites promises: `… (G1, G2)`. */
export interface Citation {
  path: string;
  title: string;
  promises: readonly string[];
}

/** The numbers of the promises that docs/guarantees.md makes, in its order. */
export const promisedIn = (guarantees: string): string[] =>
  [...guarantees.matchAll(/^\| (G\d+)\s/gm)].map(([, number = '']) => number);

/** All citations in the titles of tests and groups of tests, by path. */
export function citations(): Citation[] {
  const specs = globSync('{apps,libs,tests}/**/src/**/{*.spec.ts,testing.ts,*conformance.ts}').sort();
  return specs.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/(['"`])((?:(?!\1).)+?) \(((?:G\d+(?:, )?)+)\)(?: \([^)]*\))?\1/g)].map(
      ([, , title = '', promises = '']) => ({ path, title, promises: promises.split(', ') }),
    ),
  );
}

/** The tests that show each promise of docs/guarantees.md, from their titles. */
export async function generateGuarantees(): Promise<{ path: string; text: string }> {
  const path = 'docs/guarantees.md';
  const guarantees = readFileSync(path, 'utf8');
  const found = citations();
  const sections = promisedIn(guarantees).map((number) => {
    const tests = found.filter(({ promises }) => promises.includes(number));
    const lines = tests.map(
      ({ path, title }) => `- [${title.replaceAll(/\$\{\w+\}/g, 'some').replaceAll('%s', '…')}](../${path})`,
    );
    return `### ${number}\n\n${lines.join('\n')}`;
  });
  const text = betweenMarkers(guarantees, 'tests', sections.join('\n\n'), path);
  return { path, text: await format(text, { parser: 'markdown', singleQuote: true, printWidth: 120 }) };
}
