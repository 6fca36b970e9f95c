/** How much of a long expression is shown before and after the mistake. */
const shownBefore = 50;
const shownAfter = 20;

/** Characters that take two columns on a terminal. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/gu;

/** A filter expression that cannot be read. Its message is a sentence without a full stop. */
export class FilterSyntaxError extends Error {
  override readonly name = 'FilterSyntaxError';
  /** The whole expression. */
  readonly text: string;
  /** Where the mistake begins, in UTF-16 units. */
  readonly position: number;

  constructor(message: string, text: string, position: number) {
    super(message);
    this.text = text;
    this.position = position;
  }

  /** Two lines: the expression, cut where it is long, and a caret under the mistake. */
  get caret(): string {
    const { text, position } = this;
    const start = Math.max(0, position - shownBefore);
    const head = `${start > 0 ? '…' : ''}${oneLine(text.slice(start, position))}`;
    const end = position + shownAfter;
    const tail = `${oneLine(text.slice(position, end))}${end < text.length ? '…' : ''}`;
    return `${head}${tail}\n${head.replaceAll(wide, '\u3000').replaceAll(/[^\u3000]/g, ' ')}^`;
  }
}

const oneLine = (text: string): string => text.replaceAll(/\s/g, ' ');
