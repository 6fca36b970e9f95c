import { FatalError } from '@sluice/telemetry';

/** A rule of the filtered stream, as it should be. */
export interface StreamRule {
  value: string;
  /** Comes back with every post that the rule matched. */
  tag: string;
  keywords: readonly string[];
}

/** What to read, and the limits of the plan. */
export interface RuleOptions {
  keywords: readonly string[];
  /** Languages as X names them (BCP 47); all where empty. */
  languages: readonly string[];
  /** Whether reposts (retweets) are wanted. */
  reposts: boolean;
  /** Most characters in a rule. */
  longest: number;
  /** Most rules. */
  most: number;
}

/** The tags of our rules begin with this: rules with others are left alone. */
export const ownTag = 'sluice:';

/**
 * The rules that let exactly the wanted posts through: one for each keyword, so that X itself says which matched; several keywords
 * to a rule only where the plan has too few rules.
 *
 * @throws FatalError where they do not fit
 */
export function streamRules(options: RuleOptions): StreamRule[] {
  const { keywords, most } = options;
  const groups = keywords.length <= most ? keywords.map((keyword) => [keyword]) : packed(options);
  if (groups.length > most) {
    throw new FatalError(
      `TWEETS_KEYWORDS needs ${groups.length} rules of ${options.longest} characters, and X_RULES is ${most}: name fewer keywords, or set X_RULES to what your plan has`,
      'x-rules',
    );
  }
  return groups.map((group, index) => ({
    value: ruleValue(group, options),
    tag: tagOf(group, index),
    keywords: group,
  }));
}

/** As few queries as can hold all keywords, for the recent search: it has the operators of rules, and no tags. */
export const searchQueries = (options: RuleOptions): string[] =>
  packed(options).map((group) => ruleValue(group, options));

function packed(options: RuleOptions): string[][] {
  const groups: string[][] = [];
  for (const keyword of options.keywords) {
    const last = groups.at(-1);
    if (last !== undefined && fits([...last, keyword], options)) last.push(keyword);
    else if (fits([keyword], options)) groups.push([keyword]);
    else {
      throw new FatalError(
        `the keyword ${JSON.stringify(keyword)} makes a rule of more than ${options.longest} characters, the most that X_RULE_LENGTH allows: shorten it, or name fewer languages`,
        'x-rules',
      );
    }
  }
  return groups;
}

const fits = (group: readonly string[], options: RuleOptions): boolean =>
  ruleValue(group, options).length <= options.longest;

function ruleValue(group: readonly string[], { languages, reposts }: RuleOptions): string {
  const words = anyOf(group.map(term));
  const inLanguages = languages.length === 0 ? [] : [anyOf(languages.map((language) => `lang:${language}`))];
  return [words, ...inLanguages, ...(reposts ? [] : ['-is:retweet'])].join(' ');
}

const anyOf = (terms: readonly string[]): string => (terms.length === 1 ? terms.join() : `(${terms.join(' OR ')})`);

/** A keyword as the rule language takes it: in quotes where it could be read as anything else. */
function term(keyword: string): string {
  const plain = /^[#@$]?[\p{L}\p{N}_]+$/u.test(keyword) && keyword !== 'OR' && keyword !== 'AND';
  return plain ? keyword : `"${keyword.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Short, and another for each rule. */
function tagOf(group: readonly string[], index: number): string {
  if (group.length === 1) return `${ownTag}${group.join().slice(0, 80)}`;
  return `${ownTag}${index + 1} ${group.join(', ').slice(0, 80)}`;
}
