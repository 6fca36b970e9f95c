import type { IotReading } from '@sluice/schemas';

type Texts = Omit<IotReading, 'received'>;

const optional = ['device_ts', 'device_temp', 'track_id', 'activity_type'] as const;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The reading in a device's message: a JSON object with the contract's fields, as texts or numbers; others are ignored.
 *
 * @returns the reading, or one sentence why there is none, without the message's contents
 */
export function readMessage(payload: Buffer, received: Date): IotReading | string {
  let message: unknown;
  try {
    message = JSON.parse(utf8.decode(payload), numbersAsWritten);
  } catch {
    return 'the message is no JSON';
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return 'the message is no JSON object';
  const fields = new Map<string, unknown>(Object.entries(message));
  const texts: Texts = { uuid: '', device_ts: '', device_id: '', device_temp: '', track_id: '', activity_type: '' };
  for (const name of ['uuid', 'device_id', ...optional] as const) {
    const value = fields.get(name) ?? '';
    if (typeof value === 'object') return `${name} is neither a text nor a number`;
    texts[name] = String(value);
  }
  if (texts.uuid === '') return 'the message has no uuid';
  if (texts.device_id === '') return 'the message has no device_id';
  return { ...texts, received };
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

declare global {
  interface JSON {
    /** With the third argument that TypeScript's types lack (TC39: JSON.parse source text access). */
    parse(text: string, reviver: Reviver): unknown;
  }
}

/** Keeps a number's digits as the device wrote them. */
const numbersAsWritten: Reviver = (_, value, { source }) => (typeof value === 'number' ? (source ?? value) : value);
