import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { stillWaiting, type AppContext } from '@sluice/telemetry';
import { TwitterApi } from 'twitter-api-v2';
import { objectOf, objectsOf, textOf, wholeOf, type JsonObject } from '../tweet/json-fields.ts';
import { openLineStream, type LineStream } from './line-stream.ts';
import { requestedFields } from './requested-fields.ts';
import type { ExistingRule } from './rule-changes.ts';
import type { StreamRule } from './stream-rules.ts';

/** How to reach X's API. */
export interface XApiOptions extends Pick<AppContext, 'logger' | 'health'> {
  /** With its version, and no slash at its end: `https://api.x.com/2`. */
  url: string;
  token: string;
  /** A certificate authority to trust instead of the public ones, PEM. Read for each connection. */
  caFile: string | undefined;
  /** How long an answer may take. */
  answerMs: number;
  /** A connection that is silent for longer is closed. */
  silenceMs: number;
}

/** One page of a recent search, newest first. */
export interface SearchPage {
  tweets: readonly JsonObject[];
  includes: JsonObject;
  nextToken: string | undefined;
}

/** A rule that X will not take, with its reason. */
export interface RefusedRule {
  value: string;
  reason: string;
}

/** The part of X's API that is used. Every function throws what the client throws (see `xError`), and the signal's reason when it is aborted. */
export interface XApi {
  rules(signal: AbortSignal): Promise<ExistingRule[]>;
  /** @returns the rules that X refused; the others it has */
  addRules(rules: readonly StreamRule[], signal: AbortSignal): Promise<RefusedRule[]>;
  removeRules(ids: readonly string[], signal: AbortSignal): Promise<void>;
  /** @param backfillMinutes posts of so many minutes before are asked for, where the plan has it; 0 asks for none */
  stream(backfillMinutes: number, signal: AbortSignal): Promise<LineStream>;
  /** @param sinceId and `untilId`: both excluded */
  search(query: {
    query: string;
    sinceId: string;
    untilId: string;
    nextToken: string | undefined;
    signal: AbortSignal;
  }): Promise<SearchPage>;
}

/** The most that X gives in a page. */
export const searchPagePosts = 100;
/** The most rules in one request. */
const rulesAtOnce = 1000;

export function xApi(options: XApiOptions): XApi {
  const { url, token, caFile, answerMs, silenceMs, logger, health } = options;
  const agent = () => new Agent(caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') });
  const client = () => new TwitterApi(token, { httpAgent: agent() }).v2;
  const plainly = { prefix: `${url}/`, timeout: answerMs };
  const rulesPath = 'tweets/search/stream/rules';
  /** The client cannot abandon a request; its own time limit ends it later. */
  const answer = <T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> =>
    stillWaiting({ what: `X at ${url}`, signal, logger, health }, ask);

  return {
    async rules(signal) {
      const found: ExistingRule[] = [];
      let next: string | null = null;
      do {
        const query = { max_results: rulesAtOnce, ...(next !== null && { pagination_token: next }) };
        const body: JsonObject = objectOf(await answer(signal, () => client().get(rulesPath, query, plainly)));
        for (const rule of objectsOf(body['data'])) {
          const [id, value] = [textOf(rule['id']), textOf(rule['value'])];
          if (id !== null && value !== null) found.push({ id, value, tag: textOf(rule['tag']) ?? undefined });
        }
        next = textOf(objectOf(body['meta'])['next_token']);
      } while (next !== null);
      return found;
    },
    async addRules(rules, signal) {
      const add = rules.map(({ value, tag }) => ({ value, tag }));
      return refusedRules(objectOf(await answer(signal, () => client().post(rulesPath, { add }, plainly))));
    },
    async removeRules(ids, signal) {
      await answer(signal, () => client().post(rulesPath, { delete: { ids } }, plainly));
    },
    stream(backfillMinutes, signal) {
      const address = new URL(`${url}/tweets/search/stream`);
      for (const [name, value] of Object.entries(requestedFields)) address.searchParams.set(name, value);
      if (backfillMinutes > 0) address.searchParams.set('backfill_minutes', String(backfillMinutes));
      return answer(signal, () =>
        openLineStream({ url: address, token, agent: agent(), connectMs: answerMs, silenceMs, signal }),
      );
    },
    async search({ query, sinceId, untilId, nextToken, signal }) {
      const parameters = {
        query,
        since_id: sinceId,
        until_id: untilId,
        max_results: searchPagePosts,
        ...(nextToken !== undefined && { next_token: nextToken }),
        ...requestedFields,
      };
      const body = objectOf(await answer(signal, () => client().get('tweets/search/recent', parameters, plainly)));
      return {
        tweets: objectsOf(body['data']),
        includes: objectOf(body['includes']),
        nextToken: textOf(objectOf(body['meta'])['next_token']) ?? undefined,
      };
    },
  };
}

/** The errors of an answer that are about rules. A rule that X already has counts as added. */
export function refusedRules(body: JsonObject): RefusedRule[] {
  const created = wholeOf(objectOf(objectOf(body['meta'])['summary'])['not_created']);
  if (created === 0) return [];
  return objectsOf(body['errors'])
    .filter((one) => one['title'] !== 'DuplicateRule')
    .map((one) => ({
      value: textOf(one['value']) ?? '',
      reason: [...(Array.isArray(one['details']) ? one['details'].map(String) : []), textOf(one['detail']) ?? '']
        .filter((text) => text !== '')
        .join('; '),
    }));
}
