import ts from 'typescript';

/** A name in the forms that files and code give it. */
export interface NameForms {
  /** `json-lines` */
  kebab: string;
  /** `jsonLines` */
  camel: string;
  /** `JsonLines` */
  pascal: string;
  /** `JSON_LINES` */
  constant: string;
}

/** @param name lower case words joined by - */
export function nameForms(name: string): NameForms {
  const words = name.split('-');
  const pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return {
    kebab: name,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    pascal,
    constant: words.join('_').toUpperCase(),
  };
}

/** Renames in text that is not code. What follows a point, as in `process.stdout`, is another thing's name. */
export function renameText(text: string, from: NameForms, to: NameForms): string {
  const camel = from.camel === from.kebab ? [] : ([[from.camel, to.camel]] as const);
  return [...camel, [from.kebab, to.kebab] as const].reduce(
    (renamed, [before, after]) => renamed.replaceAll(new RegExp(`(?<![\\w.])${before}(?!\\w)`, 'g'), after),
    text
      .replaceAll(new RegExp(`(?<!\\w)${from.pascal}(?![a-z])`, 'g'), to.pascal)
      .replaceAll(new RegExp(`(?<!\\w)${from.constant}(?=_|\\b)`, 'g'), to.constant),
  );
}

/** Renames in TypeScript: identifiers in their forms, strings and comments as text. */
export function renameCode(code: string, from: NameForms, to: NameForms): string {
  const source = ts.createSourceFile('code.ts', code, ts.ScriptTarget.Latest, true);
  const identifiers: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) identifiers.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  let renamed = '';
  let end = 0;
  for (const node of identifiers) {
    const begin = node.getStart(source);
    renamed += renameText(code.slice(end, begin), from, to) + renameIdentifier(node, from, to);
    end = node.end;
  }
  return renamed + renameText(code.slice(end), from, to);
}

function renameIdentifier(node: ts.Identifier, from: NameForms, to: NameForms): string {
  const { text, parent } = node;
  const isProperty = ts.isPropertyAccessExpression(parent) && parent.name === node;
  // A property with a name of one word may be another thing's: `process.stdout`.
  if (isProperty && text === from.kebab) return text;
  return text
    .replace(new RegExp(`^${from.camel}(?![a-z])`), to.camel)
    .replace(new RegExp(`${from.pascal}(?![a-z])`), to.pascal)
    .replace(new RegExp(`^${from.constant}(?=_|$)`), to.constant);
}
