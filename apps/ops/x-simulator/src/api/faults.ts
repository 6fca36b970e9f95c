/** Each kind of fault, and what it does. Those of connecting also end the stream, so that there is something to connect. */
export const faultKinds = {
  silence: 'the connection stays open and nothing more comes, not even keep-alives',
  drop: 'the stream is ended in order',
  'break-off': 'the connection breaks off in the middle of a line',
  operational: 'the stream is ended with an error line, as when X restarts',
  duplicate: 'the last posts come again',
  disorder: 'a post comes after three that are newer',
  malformed: 'a post comes as broken JSON',
  'rate-limit': 'connecting is answered 429 with the time when the limit is lifted',
  'too-many-connections': 'connecting is answered 429 since another connection is open',
  unavailable: 'connecting is answered 503',
  refused: 'connecting breaks off before there is an answer',
  'no-answer': 'connecting is never answered',
  unauthorized: 'every request is answered 401',
  forbidden: 'every request is answered 403',
  'search-rate-limit': 'a search is answered 429',
  'search-unavailable': 'a search is answered 503',
} as const;

export type FaultKind = keyof typeof faultKinds;

export const isFaultKind = (text: unknown): text is FaultKind => typeof text === 'string' && text in faultKinds;

/** Whether a fault affects the open stream, and not only later requests. */
export const isStreamFault = (kind: FaultKind): boolean =>
  !['unauthorized', 'forbidden', 'search-rate-limit', 'search-unavailable'].includes(kind);

/** Pending faults, each with a count. */
export class Faults {
  readonly #pending = new Map<FaultKind, number>();

  order(kind: FaultKind, times: number): void {
    this.#pending.set(kind, (this.#pending.get(kind) ?? 0) + times);
  }

  /** Uses up one fault of this kind. @returns whether there was one */
  take(kind: FaultKind): boolean {
    const times = this.#pending.get(kind) ?? 0;
    if (times > 0) this.#pending.set(kind, times - 1);
    return times > 0;
  }
}
