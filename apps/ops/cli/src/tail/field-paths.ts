import { FilterSyntaxError, parseFilter, type Path } from '@sluice/operations';
import { UserError } from '../user-error.ts';

/** Reads the paths of `--fields`, in the syntax of filters. @throws UserError */
export const fieldPaths = (fields: readonly string[]): Path[] =>
  fields.map((field) => {
    try {
      const { paths } = parseFilter(`${field} != null`);
      const [path] = paths;
      if (path !== undefined && paths.length === 1) return path;
    } catch (error) {
      if (!(error instanceof FilterSyntaxError)) throw error;
    }
    throw new UserError(
      `--fields takes fields of the event such as user.name, separated by commas; ${field} is not one.`,
    );
  });

/** The values at a path, as one text. Several values of an array are separated by commas. */
export function fieldText(document: unknown, path: Path): string {
  const values = valuesAt(document, path);
  return values.length === 0 ? '–' : values.map(valueText).join(',');
}

function valuesAt(value: unknown, [step, ...rest]: Path): unknown[] {
  if (Array.isArray(value) && typeof step !== 'number')
    return value.flatMap((item) => valuesAt(item, step === undefined ? [] : [step, ...rest]));
  if (step === undefined) return value === null || value === undefined ? [] : [value];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return [];
  return valuesAt(Reflect.get(value, step), rest);
}

const valueText = (value: unknown): string =>
  typeof value === 'object'
    ? JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner))
    : String(value);
