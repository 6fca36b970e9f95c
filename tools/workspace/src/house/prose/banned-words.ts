/** A word that is not used here, what to write in its place, and how many lines may still have it. */
export interface BannedWord {
  pattern: RegExp;
  instead: string;
  left?: number;
}

/** In comments, documents and strings. */
export const bannedWords: readonly BannedWord[] = [
  { pattern: /\btold\b/i, instead: 'learns, receives, is notified', left: 5 },
  { pattern: /\bnobody\b/i, instead: 'no process, no reader …: name the subject', left: 14 },
  { pattern: /\bwhoever\b/i, instead: 'any process that …: name the subject', left: 11 },
  { pattern: /\bmend(s|ed|ing)?\b/i, instead: 'fix', left: 3 },
  { pattern: /\banew\b/i, instead: 'again', left: 3 },
  { pattern: /\bbeside\b/i, instead: 'next to, with', left: 8 },
  { pattern: /\bbesides\b/i, instead: 'also, apart from', left: 1 },
  { pattern: /(?<!\bdead[ -])\bletters?\b/i, instead: 'dead letter', left: 17 },
  { pattern: /\b(go(es)?|going|went|gone) on\b(?! to\b)/i, instead: 'continue', left: 20 },
  { pattern: /\bpass(ed|es|ing)? over\b/i, instead: 'skip', left: 9 },
  {
    pattern: /(?<!\bthere )\b(is|are|was|were) no(?= [a-z])(?! (longer|more|less|other)\b)/i,
    instead: 'is not a',
    left: 23,
  },
  { pattern: /\bas (it|they|he|she) would\b/i, instead: 'as if …, like', left: 1 },
  { pattern: /\bsettl(e|es|ed|ing|ement|ements)\b/i, instead: 'commit', left: 25 },
  { pattern: /\bseldom\b/i, instead: 'rarely', left: 3 },
  { pattern: /\bpatiently\b/i, instead: 'until it succeeds' },
  { pattern: /\bscenes?\b/i, instead: 'scenario' },
  { pattern: /\bstraightforward\b/i, instead: 'baseline', left: 23 },
  { pattern: /\bstrangers?\b/i, instead: 'unexpected …', left: 8 },
  { pattern: /\btortur(e|es|ed|ing)\b/i, instead: 'fuzz' },
];

/** In names that the code declares or uses. */
export const bannedNames: readonly BannedWord[] = [
  { pattern: /(?<!dead)letter/i, instead: 'deadLetter', left: 49 },
  { pattern: /(?<!all)settl(e|ing)/i, instead: 'commit', left: 58 },
  { pattern: /^Announcement$/, instead: 'OutputRecord', left: 2 },
  { pattern: /^told$/, instead: 'lastReported', left: 8 },
  { pattern: /^Written$/, instead: 'WriteResult' },
  { pattern: /^readRecords$/, instead: 'resolveSchemas' },
  { pattern: /^ripeInMs$/, instead: 'msUntilReady' },
  { pattern: /^patient(ly|Options)$/i, instead: 'retryForever' },
  { pattern: /^persistently$/, instead: 'retryWhileRetriable' },
  { pattern: /^seldom$/, instead: 'throttleDuplicates' },
  { pattern: /^CannotGoOn$/, instead: 'FatalError' },
  { pattern: /^SinkDefect$/, instead: 'SinkContractViolation' },
  { pattern: /^sharedPart$/, instead: 'aggregateHealth' },
  { pattern: /^TellProblem$/, instead: 'ReportProblem' },
  { pattern: /^keptRecord$/, instead: 'detachRecord' },
  { pattern: /^loopbackRegistry$/, instead: 'inMemoryRegistry' },
  { pattern: /^unitWorld$/i, instead: 'inMemoryPartition' },
  { pattern: /^torturedLogs$/i, instead: 'logRotationFuzzer' },
  { pattern: /^maltreat(ments?)?$/i, instead: 'mutations' },
  { pattern: /^Fate$/, instead: 'RequestFault' },
  { pattern: /scene/i, instead: 'scenario', left: 5 },
  { pattern: /straightforward/i, instead: 'baseline', left: 8 },
  { pattern: /^strangers?$/i, instead: 'unexpected, unaliasedIndices', left: 2 },
  { pattern: /^teach$/, instead: 'updateMapping' },
  { pattern: /^deliveredLooks$/i, instead: 'deliveredImpressions' },
];
