import type { EventContract } from './event-contract.ts';

/** Joins the parts of an id or key. At most one part may be free text: two could be ambiguous. */
const separator = '-';

function part(value: unknown, contract: EventContract, field: string): string {
  if (value instanceof Date) return String(value.getTime());
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new TypeError(
    `${contract.name}.${field} is part of the event's id or key, so it must be a text, a number or a time`,
  );
}

const fieldOf = (event: object, field: string): unknown => (event as Record<string, unknown>)[field];

/** The event id from the contract's id fields; undefined if it names none. */
export function eventId<T extends object>(contract: EventContract<T>, event: T): string | undefined {
  if (contract.id.length === 0) return undefined;
  return contract.id
    .map((idPart) => {
      if (typeof idPart === 'string') return part(fieldOf(event, idPart), contract, idPart);
      return String(Math.floor(eventMillis(fieldOf(event, idPart.field)) / 1000));
    })
    .join(separator);
}

/** The record key, from the contract's key fields; null if it names none. */
export function eventKey<T extends object>(contract: EventContract<T>, event: T): string | null {
  if (contract.key.length === 0) return null;
  return contract.key.map((field) => part(fieldOf(event, field), contract, field)).join(separator);
}

/** The event time from the contract's time field. */
export function eventTime<T extends object>(contract: EventContract<T>, event: T): Date {
  return new Date(eventMillis(fieldOf(event, contract.time)));
}

const eventMillis = (value: unknown): number => (value instanceof Date ? value.getTime() : Number(value));
