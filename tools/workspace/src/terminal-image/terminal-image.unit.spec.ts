import xterm from '@xterm/headless';
import { expect, it } from 'vitest';
import { terminalImage } from './terminal-image.ts';

async function imageOf(output: string): Promise<string[]> {
  const terminal = new xterm.Terminal({ cols: 20, rows: 3, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  return terminalImage(terminal)
    .split('\n')
    .filter((line) => line.startsWith('<text'));
}

it('draws each run of one style where it stands, in its colour and width', async () => {
  const [plain, red] = await imageOf('  a < b \u001b[1;31mbad\u001b[0m  ');
  expect(plain).toBe(
    '<text x="30.8" y="28" textLength="42.0" lengthAdjust="spacingAndGlyphs" fill="#d0d7de">a &lt; b</text>',
  );
  expect(red).toBe(
    '<text x="81.2" y="28" textLength="25.2" lengthAdjust="spacingAndGlyphs" fill="#ff7b72" font-weight="bold">bad</text>',
  );
});

it('gives a wide character two cells, and shows what the screen holds at the end', async () => {
  const lines = await imageOf('one\r\ntwo\r\nthree\r\n방탄');
  expect(lines.map((line) => line.replace(/<[^>]*>/g, ''))).toEqual(['two', 'three', '방탄']);
  expect(lines[2]).toContain('textLength="33.6"');
});
