/** What a guide asks its reader to do, in its order. */
export type GuideStep =
  | { do: 'run'; script: string }
  | { do: 'write'; path: string; text: string }
  | { do: 'change'; path: string; before: string; after: string };

const fence = /^```(\w*)\n([^]*?)^```$/gm;

/**
 * Reads the code blocks of a guide. A block `sh` is run; `diff` changes a file, and any other writes it: the paragraph before it ends with
 * the file's name in backticks and a colon.
 *
 * @throws Error that names a block which says not what to do
 */
export function guideSteps(markdown: string): GuideStep[] {
  return [...markdown.matchAll(fence)].map((block): GuideStep => {
    const [, language = '', text = ''] = block;
    if (language === 'sh') return { do: 'run', script: text };
    const path = /`([^`\s]+)`:\s*$/.exec(markdown.slice(0, block.index))?.[1];
    if (path === undefined || language === '')
      throw new Error(`a block says neither what to run nor which file it is: ${text.split('\n')[0]}`);
    if (language !== 'diff') return { do: 'write', path, text };
    const lines = text.trimEnd().split('\n');
    const side = (sign: '+' | '-') =>
      lines.filter((line) => line.startsWith(sign) || line.startsWith(' ')).map((line) => line.slice(1));
    return { do: 'change', path, before: side('-').join('\n'), after: side('+').join('\n') };
  });
}

/** @throws Error where the text to change is not in the file once */
export function changed(text: string, { path, before, after }: Extract<GuideStep, { do: 'change' }>): string {
  const parts = text.split(before);
  if (parts.length !== 2) throw new Error(`${path} has ${parts.length - 1} times what the guide changes: ${before}`);
  return parts.join(after);
}
