import { ownTag, type StreamRule } from './stream-rules.ts';

/** A rule as X has it. */
export interface ExistingRule {
  id: string;
  value: string;
  tag?: string | undefined;
}

/** What must be done so that X has our rules, and no others of ours. Rules that are not tagged as ours are left alone. */
export interface RuleChanges {
  /** Ids of ours that are in the way of new ones, as X wants each value once: removed first. */
  replaced: readonly string[];
  added: readonly StreamRule[];
  /** Ids of ours that are no longer wanted: removed last, so that nothing is missed meanwhile. */
  stale: readonly string[];
  /** Those that stay. */
  kept: number;
}

export function ruleChanges(wanted: readonly StreamRule[], existing: readonly ExistingRule[]): RuleChanges {
  const ours = existing.filter(({ tag }) => tag?.startsWith(ownTag) === true);
  const isSame = (rule: StreamRule, one: ExistingRule) => one.value === rule.value && one.tag === rule.tag;
  const added = wanted.filter((rule) => !ours.some((one) => isSame(rule, one)));
  const unwanted = ours.filter((one) => !wanted.some((rule) => isSame(rule, one)));
  const values = new Set(added.map(({ value }) => value));
  const ids = (rules: readonly ExistingRule[]) => rules.map(({ id }) => id);
  return {
    replaced: ids(unwanted.filter(({ value }) => values.has(value))),
    added,
    stale: ids(unwanted.filter(({ value }) => !values.has(value))),
    kept: wanted.length - added.length,
  };
}
