import type { FastifyRequest } from 'fastify';

/** A parameter of the address; undefined where it is absent or empty. */
export function queryText({ query }: FastifyRequest, name: string): string | undefined {
  const value = textAt(query, name);
  return value === undefined || value.trim() === '' ? undefined : value;
}

/** A part of the path; empty where it is absent. */
export const pathText = ({ params }: FastifyRequest, name: string): string => textAt(params, name) ?? '';

/** A text in a JSON body; undefined where it is absent or no text. */
export const bodyText = ({ body }: FastifyRequest, name: string): string | undefined => textAt(body, name);

function textAt(fields: unknown, name: string): string | undefined {
  if (typeof fields !== 'object' || fields === null || !Object.hasOwn(fields, name)) return undefined;
  const value: unknown = Reflect.get(fields, name);
  return typeof value === 'string' ? value : undefined;
}

/** A request that the caller can correct. */
export class BadRequest extends Error {
  readonly statusCode = 400;
}
