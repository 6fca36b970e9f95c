import { UnreadableTweet } from './unreadable-tweet.ts';

/**
 * The text of a post. A repost's own is cut off after 140 characters: behind its `RT @name: ` comes the text that is reposted.
 *
 * @param reposted the text of the post that it reposts, where that was delivered
 * @throws UnreadableTweet where the post has no text
 */
export function wholeText(own: string | null, reposted: string | null): string {
  if (own === null) throw new UnreadableTweet('it has no text');
  const [prefix] = /^RT @\w+: /.exec(own) ?? [];
  return (prefix !== undefined && reposted !== null ? prefix + reposted : own).normalize('NFC');
}
