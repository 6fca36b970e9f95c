import type { EventContract } from '@sluice/contracts';
import { UnfitValue, valueReader, type ValueReader } from './field-reader.ts';

/** Where a line is: what a field gets that no file has. */
export interface LinePlace {
  /** The line's own id: of its file, the file's version and the line. */
  id: string;
  /** When its file came. */
  fileTime: Date;
}

/** Finds the value of a field in a line; undefined where the line has none. */
type Values = (field: string) => unknown;

/** Makes the event of a line. @returns the reason, without contents, where the line is not one */
export type EventReader = (values: Values, place: LinePlace) => { value: object } | { reason: string };

interface Field {
  name: string;
  read: ValueReader;
  /** The value where the line has none; undefined where there must be one. */
  fallback: ((place: LinePlace) => unknown) | undefined;
}

/**
 * How lines become events of a contract: each field by its name.
 *
 * Where a line has no such field, a field has its default, or null. The contract's time of arrival is that of the file, and an id that is
 * one text field is that of the line.
 *
 * @param isText whether the values are text, as CSV has them
 * @throws Error where no file can have what the contract needs
 */
export function eventReader(contract: EventContract, isText: boolean): EventReader {
  const fields = contract.schema.fields.map(({ name, type, ...rest }): Field => {
    const read = valueReader(type, isText);
    const isNullable = Array.isArray(type) && type.includes('null');
    const [id] = contract.id;
    if (name === contract.arrival) return { name, read, fallback: ({ fileTime }) => fileTime };
    if (contract.id.length === 1 && id === name && type === 'string')
      return { name, read, fallback: (place) => place.id };
    if ('default' in rest) return { name, read, fallback: () => read(rest.default) };
    return { name, read, fallback: isNullable ? () => null : undefined };
  });
  return (values, place) => {
    const value: Record<string, unknown> = {};
    for (const { name, read, fallback } of fields) {
      const given = values(name);
      if (given === undefined) {
        if (fallback === undefined) return { reason: `the line has no ${name}` };
        value[name] = fallback(place);
        continue;
      }
      try {
        value[name] = read(given);
      } catch (error) {
        if (!(error instanceof UnfitValue)) throw error;
        return { reason: `${name} ${error.message}` };
      }
    }
    return { value };
  };
}
