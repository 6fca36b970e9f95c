import type { SimulatedTweet } from '../world/simulated-tweet.ts';
import { ruleError, type Answer } from './answers.ts';
import { InvalidQuery, parseQuery, type Query } from './query.ts';

interface Rule {
  id: string;
  value: string;
  tag?: string;
  matches: Query;
}

/** The rules of the stream, which are there until they are removed. */
export class Rules {
  readonly #most: number;
  readonly #longest: number;
  #rules: Rule[] = [];
  #lastId = 1_500_000_000_000_000_000n;

  constructor(limits: { most: number; longest: number }) {
    this.#most = limits.most;
    this.#longest = limits.longest;
  }

  /** Those that a post matches, as they come with it. */
  matching(tweet: SimulatedTweet): { id: string; tag: string }[] {
    return this.#rules.filter(({ matches }) => matches(tweet)).map(({ id, tag = '' }) => ({ id, tag }));
  }

  list(nowMs: number): Answer {
    const data = this.#rules.map(({ id, value, tag }) => ({ id, value, ...(tag !== undefined && { tag }) }));
    const meta = { sent: sent(nowMs), result_count: data.length };
    return { status: 200, body: data.length === 0 ? { meta } : { data, meta } };
  }

  /** Takes those that can be taken; 201 where there is any. */
  add(wanted: readonly unknown[], nowMs: number): Answer {
    const created: Rule[] = [];
    const errors: unknown[] = [];
    for (const one of wanted) {
      const { value, tag } = fieldsOf(one);
      const result = this.#take(typeof value === 'string' ? value : '', typeof tag === 'string' ? tag : undefined);
      if ('id' in result && 'matches' in result) created.push(result);
      else errors.push(result);
    }
    const counts = {
      created: created.length,
      not_created: errors.length,
      valid: created.length,
      invalid: errors.length,
    };
    const data = created.map(({ id, value, tag }) => ({ value, ...(tag !== undefined && { tag }), id }));
    return {
      status: created.length > 0 ? 201 : 400,
      body: {
        ...(data.length > 0 && { data }),
        meta: { sent: sent(nowMs), summary: counts },
        ...(errors.length > 0 && { errors }),
      },
    };
  }

  #take(value: string, tag: string | undefined): Rule | ReturnType<typeof ruleError> {
    const same = this.#rules.find((rule) => rule.value === value);
    if (same !== undefined) return ruleError('DuplicateRule', value, [], same.id);
    if (this.#rules.length >= this.#most)
      return ruleError('RulesCapExceeded', value, [`You have reached the maximum number of rules: ${this.#most}`]);
    try {
      const matches = parseQuery(value, this.#longest);
      const rule = { id: String(++this.#lastId), value, ...(tag !== undefined && { tag }), matches };
      this.#rules.push(rule);
      return rule;
    } catch (error) {
      if (!(error instanceof InvalidQuery)) throw error;
      return ruleError('UnprocessableEntity', value, [error.message]);
    }
  }

  remove(ids: readonly unknown[], nowMs: number): Answer {
    const before = this.#rules.length;
    this.#rules = this.#rules.filter(({ id }) => !ids.includes(id));
    const deleted = before - this.#rules.length;
    return {
      status: 200,
      body: { meta: { sent: sent(nowMs), summary: { deleted, not_deleted: ids.length - deleted } } },
    };
  }
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const sent = (nowMs: number): string => new Date(nowMs).toISOString();
