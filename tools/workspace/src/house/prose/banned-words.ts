/** A word that is not used here, what to write in its place, and how many lines may still have it. */
export interface BannedWord {
  pattern: RegExp;
  instead: string;
  left?: number;
}

/** In comments, documents and strings. */
export const bannedWords: readonly BannedWord[] = [
  { pattern: /\btold\b/i, instead: 'learns, receives, is notified', left: 71 },
  { pattern: /\bnobody\b/i, instead: 'no process, no reader …: name the subject', left: 72 },
  { pattern: /\bwhoever\b/i, instead: 'any process that …: name the subject', left: 54 },
  { pattern: /\bmend(s|ed|ing)?\b/i, instead: 'fix', left: 24 },
  { pattern: /\banew\b/i, instead: 'again', left: 34 },
  { pattern: /\bbeside\b/i, instead: 'next to, with', left: 53 },
  { pattern: /\bbesides\b/i, instead: 'also, apart from', left: 5 },
  { pattern: /(?<!\bdead[ -])\bletters?\b/i, instead: 'dead letter', left: 70 },
  { pattern: /\b(go(es)?|going|went|gone) on\b(?! to\b)/i, instead: 'continue', left: 170 },
  { pattern: /\bpass(ed|es|ing)? over\b/i, instead: 'skip', left: 36 },
  {
    pattern: /(?<!\bthere )\b(is|are|was|were) no(?= [a-z])(?! (longer|more|less|other)\b)/i,
    instead: 'is not a',
    left: 124,
  },
  { pattern: /\bas (it|they|he|she) would\b/i, instead: 'as if …, like', left: 2 },
  { pattern: /\bsettl(e|es|ed|ing|ement|ements)\b/i, instead: 'commit', left: 128 },
  { pattern: /\bseldom\b/i, instead: 'rarely', left: 5 },
  { pattern: /\bpatiently\b/i, instead: 'until it succeeds', left: 1 },
  { pattern: /\bscenes?\b/i, instead: 'scenario', left: 3 },
  { pattern: /\bstraightforward\b/i, instead: 'baseline', left: 23 },
  { pattern: /\bstrangers?\b/i, instead: 'unexpected …', left: 8 },
  { pattern: /\btortur(e|es|ed|ing)\b/i, instead: 'fuzz' },
];

/** In names that the code declares or uses. */
export const bannedNames: readonly BannedWord[] = [
  { pattern: /(?<!dead)letter/i, instead: 'deadLetter', left: 474 },
  { pattern: /(?<!all)settl(e|ing)/i, instead: 'commit', left: 186 },
  { pattern: /^Announcement$/, instead: 'OutputRecord', left: 23 },
  { pattern: /^told$/, instead: 'lastReported', left: 56 },
  { pattern: /^Written$/, instead: 'WriteResult', left: 11 },
  { pattern: /^readRecords$/, instead: 'resolveSchemas', left: 6 },
  { pattern: /^ripeInMs$/, instead: 'msUntilReady' },
  { pattern: /^patient(ly|Options)$/i, instead: 'retryForever', left: 42 },
  { pattern: /^persistently$/, instead: 'retryWhileRetriable', left: 21 },
  { pattern: /^seldom$/, instead: 'throttleDuplicates' },
  { pattern: /^CannotGoOn$/, instead: 'FatalError', left: 37 },
  { pattern: /^SinkDefect$/, instead: 'SinkContractViolation', left: 32 },
  { pattern: /^sharedPart$/, instead: 'aggregateHealth', left: 5 },
  { pattern: /^TellProblem$/, instead: 'ReportProblem', left: 4 },
  { pattern: /^keptRecord$/, instead: 'detachRecord', left: 3 },
  { pattern: /^loopbackRegistry$/, instead: 'inMemoryRegistry', left: 3 },
  { pattern: /^unitWorld$/i, instead: 'inMemoryPartition' },
  { pattern: /^torturedLogs$/i, instead: 'logRotationFuzzer', left: 9 },
  { pattern: /^maltreat(ments?)?$/i, instead: 'mutations', left: 5 },
  { pattern: /^Fate$/, instead: 'RequestFault', left: 19 },
  { pattern: /scene/i, instead: 'scenario', left: 68 },
  { pattern: /straightforward/i, instead: 'baseline', left: 8 },
  { pattern: /^strangers?$/i, instead: 'unexpected, unaliasedIndices', left: 12 },
  { pattern: /^teach$/, instead: 'updateMapping', left: 3 },
  { pattern: /^(DeliveredLooks|deliveredLooks|looks?)$/, instead: 'impressions, poll, compare', left: 85 },
];
