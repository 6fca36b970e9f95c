import ts from 'typescript';
import type { SourceFile } from './source-files.ts';

/** A function, and how many lines it takes with all within it. */
export interface FunctionLength {
  path: string;
  name: string;
  lines: number;
}

/** The functions of some files, the longest first. Functions within others are part of those. */
export function functionLengths(files: readonly SourceFile[]): FunctionLength[] {
  const found: FunctionLength[] = [];
  for (const { path, syntax } of files) {
    const visit = (node: ts.Node): void => {
      if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return ts.forEachChild(node, visit);
      const line = (position: number) => syntax.getLineAndCharacterOfPosition(position).line;
      found.push({ path, name: nameOf(node), lines: line(node.end) - line(node.getStart(syntax)) + 1 });
    };
    visit(syntax);
  }
  return found.sort((a, b) => b.lines - a.lines);
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name !== undefined) return node.name.getText();
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  return ts.isVariableDeclaration(node.parent) || ts.isPropertyAssignment(node.parent)
    ? node.parent.name.getText()
    : '(anonymous)';
}
