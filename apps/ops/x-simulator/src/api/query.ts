import type { SimulatedTweet } from '../world/simulated-tweet.ts';

/** A query or rule that cannot be read; the message is what X would say of it. */
export class InvalidQuery extends Error {
  override readonly name = 'InvalidQuery';
}

export type Query = (tweet: SimulatedTweet) => boolean;

/**
 * Reads the part of X's query language that is about words, languages and reposts: words, "phrases", #tags, OR, brackets, -, `lang:`,
 * `is:retweet`. https://docs.x.com/x-api/posts/filtered-stream/integrate/build-a-rule
 *
 * @param longest the most characters
 * @throws InvalidQuery
 */
export function parseQuery(text: string, longest: number): Query {
  if (text.length > longest)
    throw new InvalidQuery(`Rules must be no longer than ${longest} characters; this one has ${text.length}`);
  const tokens = text.match(/-?"(?:[^"\\]|\\.)*"|-?\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  let standsAlone = false;

  const either = (): Query => {
    const parts = [all()];
    while (tokens[at] === 'OR') {
      at++;
      parts.push(all());
    }
    return parts.length === 1 ? (parts[0] ?? never) : (tweet) => parts.some((part) => part(tweet));
  };
  const all = (): Query => {
    const parts: Query[] = [];
    while (at < tokens.length && tokens[at] !== ')' && tokens[at] !== 'OR') parts.push(one());
    if (parts.length === 0) throw new InvalidQuery('missing a term at the end or beside OR');
    return (tweet) => parts.every((part) => part(tweet));
  };
  const one = (): Query => {
    const token = tokens[at++] ?? '';
    const bare = token.startsWith('-') ? token.slice(1) : token;
    const inner = bare === '(' ? bracket() : term(bare);
    if (token === bare) return inner;
    return (tweet) => !inner(tweet);
  };
  const bracket = (): Query => {
    const inner = either();
    if (tokens[at++] !== ')') throw new InvalidQuery("no viable alternative: missing ')'");
    return inner;
  };
  const term = (token: string): Query => {
    const [, operator, value] = /^([a-z_]+):(.+)$/.exec(token) ?? [];
    if (operator === 'lang') return (tweet) => tweet.language === value;
    if (operator === 'is' && value === 'retweet') return (tweet) => tweet.reference?.type === 'retweeted';
    if (operator !== undefined)
      throw new InvalidQuery(
        `Reference to invalid operator '${operator}:${value}'. Operator is not available in current product or product packaging`,
      );
    if (token.includes('"') && !/^".*"$/s.test(token)) throw new InvalidQuery('missing a closing quote');
    standsAlone = true;
    const words = token.replace(/^"(.*)"$/s, '$1').replaceAll(/\\(.)/g, '$1');
    if (words.trim() === '') throw new InvalidQuery('an empty phrase');
    return (tweet) => hasWords(searched(tweet), words.toLowerCase());
  };

  const query = either();
  if (at < tokens.length) throw new InvalidQuery("no viable alternative at input ')'");
  if (!standsAlone) throw new InvalidQuery('Rules must contain at least one positive, stand-alone operator');
  return query;
}

const never: Query = () => false;

const searched = ({ text, link }: SimulatedTweet): string =>
  `${text} ${link?.expanded ?? ''} ${link?.title ?? ''}`.toLowerCase();

const wordCharacters = /[\p{L}\p{N}_]+/gu;

/** Words of an alphabet are whole; what is written without spaces is found anywhere. */
function hasWords(text: string, words: string): boolean {
  if (/[^\p{ASCII}]/u.test(words)) return text.includes(words.replace(/^#/, ''));
  const wanted = words.match(wordCharacters) ?? [];
  const found: string[] = text.match(/[a-z0-9_]+/g) ?? [];
  return found.some((_, index) => wanted.every((word, offset) => found[index + offset] === word));
}
