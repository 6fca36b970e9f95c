import type { Condition, Path } from './condition.ts';
import { parseCondition } from './parse-condition.ts';
import { kafkaName, testOf, type FilterSubject } from './test-condition.ts';

/** A filter expression, ready to be asked about records. */
export interface Filter {
  readonly text: string;
  /** The fields of the event that it names, each once. */
  readonly paths: readonly Path[];
  matches(subject: FilterSubject): boolean;
}

/**
 * Reads a filter expression. The README of this package defines the language.
 *
 * @throws FilterSyntaxError
 */
export function parseFilter(text: string): Filter {
  const condition = parseCondition(text);
  const paths = new Map(pathsOf(condition).map((path) => [JSON.stringify(path), path]));
  return { text, paths: [...paths.values()].filter(([first]) => first !== kafkaName), matches: testOf(condition) };
}

function pathsOf(condition: Condition): Path[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.flatMap(pathsOf);
    case 'not':
      return pathsOf(condition.part);
    default:
      return [condition.path];
  }
}
