import { FatalError, type Logger } from '@sluice/telemetry';
import { ApiResponseError } from 'twitter-api-v2';
import { objectOf } from '../tweet/json-fields.ts';
import { ruleChanges } from './rule-changes.ts';
import type { StreamRule } from './stream-rules.ts';
import { refusedRules, type RefusedRule, type XApi } from './x-api.ts';

/**
 * Brings X's rules to those that are wanted: see `ruleChanges`.
 *
 * @throws FatalError where X refuses a rule, and what the client throws where X cannot be asked
 */
export async function applyRules(
  api: XApi,
  wanted: readonly StreamRule[],
  { logger, signal }: { logger: Logger; signal: AbortSignal },
): Promise<void> {
  const { replaced, added, stale, kept } = ruleChanges(wanted, await api.rules(signal));
  if (replaced.length > 0) await api.removeRules(replaced, signal);
  if (added.length > 0) {
    let refused = await add(api, added, signal);
    if (refused.length > 0 && stale.length > 0) {
      // The stale ones may have taken the places of the new.
      await api.removeRules(stale, signal);
      refused = await add(api, added, signal);
    }
    const [first] = refused;
    if (first !== undefined) throw refusal(first);
  }
  // Removing a rule that is already gone is not an error.
  if (stale.length > 0) await api.removeRules(stale, signal);
  logger.info(
    { added: added.length, removed: replaced.length + stale.length, kept },
    'the rules of the stream are up to date',
  );
}

async function add(api: XApi, rules: readonly StreamRule[], signal: AbortSignal): Promise<RefusedRule[]> {
  try {
    return await api.addRules(rules, signal);
  } catch (error) {
    // Where none is taken, the answer is an error as a whole.
    const refused = error instanceof ApiResponseError && error.code < 401 ? refusedRules(objectOf(error.data)) : [];
    if (refused.length === 0) throw error;
    return refused;
  }
}

const refusal = ({ value, reason }: RefusedRule): FatalError =>
  new FatalError(
    `X refuses the rule ${JSON.stringify(value)}${reason === '' ? '' : `: ${reason}`}. Correct TWEETS_KEYWORDS or TWEETS_LANGUAGES; where your plan has fewer rules, set X_RULES and X_RULE_LENGTH to what it has`,
    'x-rules',
  );
