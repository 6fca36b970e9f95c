/** The input is not a post. The message is one sentence that repeats nothing of it. */
export class UnreadableTweet extends Error {
  override readonly name = 'UnreadableTweet';
}
