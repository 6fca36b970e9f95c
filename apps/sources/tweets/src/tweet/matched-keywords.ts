/** Where keywords are searched for. */
interface Searched {
  text: string;
  links: readonly { url: string; title: string | null; description: string | null }[];
}

/** Scripts that are written without spaces between words, or with endings joined to them. */
const joinedScript = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

const folded = (text: string): string => text.normalize('NFKC').toLowerCase();

/**
 * The keywords that a post has, as X finds them: whole words where a script has words, and anywhere in Korean, Japanese and Chinese.
 * `#`, `@` and other characters that are not letters separate words.
 */
export function matchedKeywords(keywords: readonly string[], { text, links }: Searched): string[] {
  const haystack = folded(
    [text, ...links.flatMap(({ url, title, description }) => [url, title ?? '', description ?? ''])].join('\n'),
  );
  return keywords.filter((keyword) => contains(haystack, folded(keyword).replace(/^[#@$]/, '')));
}

function contains(haystack: string, needle: string): boolean {
  // Of a keyword that was nothing but its sign; it would be found at the end for ever.
  if (needle === '') return false;
  const whole = !joinedScript.test(needle);
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1)) {
    if (!whole) return true;
    if (!isWordBefore(haystack, at) && !isWordAt(haystack, at + needle.length)) return true;
  }
  return false;
}

const wordCharacter = /[\p{L}\p{N}_]/u;
/** Between scripts a word ends: 은 behind bts is a separate ending. */
const isWord = (character: string): boolean => wordCharacter.test(character) && !joinedScript.test(character);
const isWordAt = (text: string, at: number): boolean =>
  at < text.length && isWord(String.fromCodePoint(text.codePointAt(at) ?? 0));
const isWordBefore = (text: string, at: number): boolean => at > 0 && isWord(text.charAt(at - 1));
