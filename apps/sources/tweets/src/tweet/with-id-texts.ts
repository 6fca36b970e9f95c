import { isObject, type JsonObject } from './json-fields.ts';

/**
 * Parses a post of API v1.1 whose ids may be numbers only: gives each `id`, or `…_id`, its text as `id_str`. The ids of posts are beyond
 * what a JavaScript number holds exactly, so they are taken from the JSON text.
 */
export function withIdTexts(original: string): JsonObject {
  const parsed: unknown = JSON.parse(
    original,
    function (this: unknown, name, value: unknown, { source }: { source?: string }) {
      if (typeof value !== 'number' || source === undefined || !/^\d+$/.test(source)) return value;
      if (isObject(this) && (name === 'id' || name.endsWith('_id'))) setMissing(this, `${name}_str`, source);
      return value;
    },
  );
  return isObject(parsed) ? parsed : {};
}

function setMissing(holder: JsonObject, name: string, value: string): void {
  if (typeof holder[name] !== 'string')
    Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}
