import ts from 'typescript';
import type { SourceFile, Text } from '../source-files.ts';

/** Something that people read, on one line of a file. */
export interface Words {
  path: string;
  line: number;
  text: string;
}

/** A line of prose. What stands in backticks is code, and left out of the text. */
export interface ProseLine extends Words {
  kind: 'comment' | 'string' | 'document';
  /** How wide the line of the file is. */
  columns: number;
}

export const proseOf = (files: readonly SourceFile[], texts: readonly Text[]): ProseLine[] => [
  ...files.flatMap(proseOfCode),
  ...texts.flatMap(proseOfText),
];

/** The names that code declares or uses. */
export function namesIn(files: readonly SourceFile[]): Words[] {
  const found: Words[] = [];
  for (const { path, syntax } of files) {
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) found.push({ path, line: lineOf(syntax, node.getStart(syntax)), text: node.text });
      ts.forEachChild(node, visit);
    };
    visit(syntax);
  }
  return found;
}

/** Comments, and the text in strings other than the paths of imports. */
function proseOfCode({ path, syntax }: SourceFile): ProseLine[] {
  const { text } = syntax;
  const lines = text.split('\n');
  const found: ProseLine[] = [];
  const add = (kind: ProseLine['kind'], start: number, end: number): void => {
    const first = lineOf(syntax, start);
    for (const [index, part] of text.slice(start, end).split('\n').entries()) {
      const line = first + index;
      found.push({ path, line, text: withoutCode(part), kind, columns: lines[line - 1]?.length ?? 0 });
    }
  };
  // With its strings blanked out, whatever looks like a comment is one.
  let code = text;
  const visit = (node: ts.Node): void => {
    if (isLiteral(node)) {
      const start = node.getStart(syntax);
      code = code.slice(0, start) + ' '.repeat(node.end - start) + code.slice(node.end);
      if (!ts.isRegularExpressionLiteral(node) && !isModuleName(node)) add('string', start, node.end);
    }
    ts.forEachChild(node, visit);
  };
  visit(syntax);
  for (const { index, 0: comment } of code.matchAll(/\/\*[^]*?\*\/|\/\/.*/g))
    add('comment', index, index + comment.length);
  return found;
}

/** All of a Markdown document but its blocks of code; of other files the comments, which begin with `#`. */
function proseOfText({ path, text }: Text): ProseLine[] {
  let isCode = false;
  return text.split('\n').flatMap((whole, index): ProseLine[] => {
    const line = { path, line: index + 1, columns: whole.length };
    if (!path.endsWith('.md')) {
      const comment = /(?:^|\s)#(.*)/.exec(whole)?.[1];
      return comment === undefined ? [] : [{ ...line, text: withoutCode(comment), kind: 'comment' }];
    }
    const isFence = /^\s*(```|~~~)/.test(whole);
    if (isFence) isCode = !isCode;
    return isFence || isCode ? [] : [{ ...line, text: withoutCode(whole), kind: 'document' }];
  });
}

const withoutCode = (text: string): string => text.replace(/`[^`]*`/g, '``');

const lineOf = (syntax: ts.SourceFile, position: number): number =>
  syntax.getLineAndCharacterOfPosition(position).line + 1;

const isLiteral = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateHead(node) ||
  ts.isTemplateMiddle(node) ||
  ts.isTemplateTail(node) ||
  ts.isRegularExpressionLiteral(node);

const isModuleName = ({ parent }: ts.Node): boolean =>
  ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isLiteralTypeNode(parent);
