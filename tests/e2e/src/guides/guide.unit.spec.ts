import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../harness/run-command.ts';
import { changed, guideSteps, type GuideStep } from './guide.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('the steps of a guide', () => {
  it('are what its blocks say, in their order', () => {
    const guide = [
      'First:',
      '```sh\nnpm ci\nnpm test\n```',
      'In `src/a.ts`:',
      "```ts\nexport const a = '```';\n```",
      'and in the same folder\n`src/b.ts`:',
      '```diff\n one\n-two\n+three\n```',
    ].join('\n\n');
    expect(guideSteps(guide)).toEqual([
      { do: 'run', script: 'npm ci\nnpm test\n' },
      { do: 'write', path: 'src/a.ts', text: "export const a = '```';\n" },
      { do: 'change', path: 'src/b.ts', before: 'one\ntwo', after: 'one\nthree' },
    ]);
  });

  it('cannot be read where a block does not say which file it is', () => {
    expect(() => guideSteps('Like this:\n\n```ts\nexport {};\n```\n')).toThrow('which file it is: export {};');
    expect(() => guideSteps('`src/a.ts`:\n\n```\nexport {};\n```\n')).toThrow('which file it is: export {};');
  });

  it('change what is there once', () => {
    const step = { do: 'change', path: 'a', before: 'one', after: 'two' } as const;
    expect(changed('one\n', step)).toBe('two\n');
    expect(() => changed('one one', step)).toThrow('a has 2 times what the guide changes: one');
    expect(() => changed('three', step)).toThrow('a has 0 times');
  });
});

it.each(['sink', 'source', 'processor', 'event'])(
  'the guide for a new %s says of each block what to do with it',
  (kind) => {
    const path = `docs/new-${kind}.md`;
    expect(guideSteps(read(path)).filter((step) => step.do === 'run').length).toBeGreaterThan(2);
    const links = [...read(path).matchAll(/\]\(([^)#]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([]);
  },
);

it.each(globSync('docs/new-*.md', { cwd: root }))('the sample lines of %s are lines of JSON', (file) => {
  const samples = guideSteps(readFileSync(join(root, file), 'utf8')).filter(isSample);
  for (const { text } of samples)
    for (const line of text.trimEnd().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
});

const isSample = (step: GuideStep): step is Extract<GuideStep, { do: 'write' }> =>
  step.do === 'write' && step.path.endsWith('.jsonl');
