import { decodeText, parseJson, UnreadableText } from '@sluice/external-text';
import type { IotReading } from '@sluice/contracts';

type Texts = Omit<IotReading, 'received'>;

/** A message: its reading, or the reason in one sentence why it has none, without the message's contents. */
export type ReadMessage = { reading: IotReading; replacedSurrogates: number } | { reason: string };

const optional = ['device_ts', 'device_temp', 'track_id', 'activity_type'] as const;

/** Reads a device's message: a JSON object with the contract's fields, as texts or numbers; others are ignored. */
export function readMessage(payload: Buffer, received: Date): ReadMessage {
  let json;
  try {
    json = parseJson(decodeText(payload), 'as written');
  } catch (error) {
    if (!(error instanceof UnreadableText)) throw error;
    return { reason: `the message cannot be read: ${error.message}` };
  }
  const { value: message, replaced } = json;
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    return { reason: 'the message is not a JSON object' };
  const fields = new Map<string, unknown>(Object.entries(message));
  const texts: Texts = { uuid: '', device_ts: '', device_id: '', device_temp: '', track_id: '', activity_type: '' };
  for (const name of ['uuid', 'device_id', ...optional] as const) {
    const value = fields.get(name) ?? '';
    if (typeof value !== 'string') return { reason: `${name} is neither a text nor a number` };
    texts[name] = value;
  }
  if (texts.uuid === '') return { reason: 'the message has no uuid' };
  if (texts.device_id === '') return { reason: 'the message has no device_id' };
  return { reading: { ...texts, received }, replacedSurrogates: replaced };
}
