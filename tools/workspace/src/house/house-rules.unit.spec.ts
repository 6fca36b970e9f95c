import { describe, expect, it, test } from 'vitest';
import { houseRules } from './house-rules.ts';
import type { Repository } from './repository.ts';
import { isExceeded, report } from './rule.ts';
import { sourceFile } from './source-files.ts';

const bounds = {
  ...{ filesInFolder: 2, linesOfFunction: 3, cycles: 0, unusedExports: 0, dependencyFaults: 0, wideLines: 0 },
};
const words = [{ pattern: /\bfoo\b/i, instead: 'bar' }];
const names = [{ pattern: /^foo$/, instead: 'bar' }];

function rules(code: Record<string, string>, rest: Partial<Repository> = {}) {
  const files = Object.entries(code).map(([path, text]) => sourceFile(path, text));
  const repository = {
    ...{ paths: Object.keys(code), files, texts: [], packages: [], unusedExports: [] },
    ...{ sharedDependencies: new Set<string>(), ...rest },
  };
  return houseRules(repository, bounds, words, names);
}

const exceeded = (...fixture: Parameters<typeof rules>) =>
  rules(...fixture)
    .filter(isExceeded)
    .map(({ name, found, findings }) => ({ name, found, first: findings[0] }));

const wide = 'wide '.repeat(30);

test('code that keeps all rules exceeds no bound', () => {
  const tidy = {
    'libs/a/src/a.ts':
      "import { b } from './b.ts';\n/** Foolish, but `foo` is code. */\nexport const a = () => {\n  b();\n};\n",
    'libs/a/src/b.ts': "export const b = (): string => 'bar // food' + '//';\n",
  };
  expect(exceeded(tidy)).toEqual([]);
});

describe('a bound is exceeded by', () => {
  it('a crowded folder', () => {
    const code = { 'libs/a/src/a.ts': '', 'libs/a/src/b.ts': '', 'libs/a/src/c.ts': '', 'libs/a/src/d/e.ts': '' };
    expect(exceeded(code)).toEqual([{ name: 'folders', found: 3, first: '   3  libs/a/src' }]);
  });

  it('a long function, unless it is part of a test', () => {
    const code = 'function long() {\n  a();\n  b();\n}\n';
    expect(exceeded({ 'libs/a/src/a.ts': code })).toEqual([
      { name: 'functions', found: 4, first: '   4  long  libs/a/src/a.ts' },
    ]);
    expect(exceeded({ 'libs/a/src/a.unit.spec.ts': code })).toEqual([]);
  });

  it('an import cycle', () => {
    const code = { 'libs/a/src/a.ts': "import './b.ts';\n", 'libs/a/src/b.ts': "import type { A } from './a.ts';\n" };
    expect(exceeded(code)).toEqual([{ name: 'cycles', found: 1, first: 'libs/a/src/a.ts → libs/a/src/b.ts' }]);
  });

  it('an unused export', () => {
    expect(exceeded({}, { unusedExports: ['libs/a/src/a.ts:1  export a'] })).toEqual([
      { name: 'exports', found: 1, first: 'libs/a/src/a.ts:1  export a' },
    ]);
  });

  it('an undeclared dependency', () => {
    const code = { 'libs/a/src/a.ts': "import { z } from 'zod';\n" };
    expect(exceeded(code, { packages: [{ folder: 'libs/a' }] })).toEqual([
      { name: 'dependencies', found: 1, first: 'libs/a/package.json: dependencies lacks zod' },
    ]);
  });

  it('a wide comment and a wide line of a document, but no row of a table and no address', () => {
    const code = { 'libs/a/src/a.ts': `// ${wide}\nexport const a = '${wide}';\n` };
    const text = `| ${wide} |\n${wide}\nhttps://example.com ${wide}\n`;
    expect(exceeded(code, { texts: [{ path: 'README.md', text }] })).toEqual([
      { name: 'width', found: 2, first: 'libs/a/src/a.ts:1  153 columns, at most 140' },
    ]);
  });

  it('a banned word in a comment, a string or a document', () => {
    const code = { 'libs/a/src/a.ts': "export const a = 'a foo'; // Foo\n/* none\n   of foo */\n" };
    const texts = [
      { path: 'README.md', text: '`foo` is code\n```\nfoo\n```\na foo\n' },
      { path: 'a.yml', text: 'foo: 1\nbar: 2 # a foo\n' },
    ];
    const [found] = exceeded(code, { texts });
    expect(found).toEqual({ name: 'words', found: 5, first: 'libs/a/src/a.ts:1  "foo": use bar' });
  });

  it('a banned name', () => {
    expect(exceeded({ 'libs/a/src/a.ts': 'export const foo = 1;\nexport const food = 2;\n' })).toEqual([
      { name: 'names', found: 1, first: 'libs/a/src/a.ts:1  "foo": use bar' },
    ]);
  });
});

describe('the report', () => {
  const rule = { name: 'a', counts: 'things', found: 1, atMost: 1, findings: ['here'] };

  it('has one line for a rule that is kept, and its findings where they are asked for', () => {
    expect(report([rule])).toEqual(['  a  1 of 1 things']);
    expect(report([rule], ['a'])).toEqual(['  a  1 of 1 things', '    here']);
  });

  it('shows what exceeds a bound, twenty findings at most', () => {
    const findings = Array.from({ length: 25 }, (_, index) => `here ${index}`);
    const lines = report([{ ...rule, found: 25, findings }]);
    expect(lines[0]).toBe('✗ a  25 of 1 things: too many');
    expect(lines).toHaveLength(22);
    expect(lines.at(-1)).toBe('    … and 5 more: npm run house -- a');
    expect(report([{ ...rule, found: 25, findings }], ['a'])).toHaveLength(26);
  });

  it('says when a bound can be lowered', () => {
    expect(report([{ ...rule, found: 0, findings: [] }])).toEqual(['  a  0 of 1 things: lower the bound to 0']);
  });
});
