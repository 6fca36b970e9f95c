/** What can go wrong, by its code, in one sentence each. Every code has a page in docs/runbooks/errors. */
export const errorCodes = {
  undecodable: 'A record cannot be decoded with its schema, so it is a dead letter.',
  refused: 'A destination or a processor refuses a record for what it holds, so it is a dead letter.',
  conflict: 'Two different records have one event id; the second one is a dead letter.',
  unreadable: 'A source cannot read a line or a message as an event, so its bytes are a dead letter.',
  damaged:
    'A compressed file is damaged, so what is readable of it is published, and the file itself is a dead letter.',
  'too-long': 'A line of a log is longer than the source may read, so its beginning is a dead letter.',
  unfit: 'A source made an event that does not fit its contract, so it is a dead letter.',
  'unreadable-batch': 'A whole batch of records cannot be read, and a person has moved the sink past it.',
  'wrong-setting': 'A setting is missing, misspelt or has a value that it cannot have.',
  'kafka-too-old': 'The Kafka brokers are older than version 2.5.',
  'taken-over': 'Another instance of the same source has started, so this one ends.',
  'cursor-too-large': 'The place where a source is does not fit into a Kafka record.',
  'client-id-taken': 'Another MQTT client has connected under the same name, so this one ends.',
  'no-tweets-to-replay': 'There are no files of tweets where `TWEETS_REPLAY` points.',
  'x-rules': 'The keywords make no rules that the plan of X takes.',
  'x-refused': 'X refuses the token or the plan.',
  'file-not-writable': 'A file that a setting names cannot be written.',
  bug: 'An app ends for an unexpected reason.',
  waiting: 'A server does not answer or refuses, and the app waits for it.',
  'partition-blocked': 'A sink waits at a place of a partition that it cannot pass.',
  'records-expired': 'Kafka deleted records before a sink had delivered them: they are lost.',
  'table-conflict': 'A BigQuery table has a column of another type than its event.',
  'object-gone': 'An announced object is not in the bucket any more when it is to be loaded.',
  'load-failed': 'A load job of BigQuery failed.',
  'rows-left-out': 'BigQuery left out rows that it could not read, as a setting allows.',
  'value-substituted': 'A destination cannot hold a value, and has another one in its place.',
  'value-rescued': 'A destination refuses a value in its place, and has it as text, aside.',
  'unknown-fields': 'Records have fields that this version does not know.',
  'gap-in-stream': 'Tweets are missing: a gap in the stream of X could not be filled.',
  'budget-used-up': 'The source has read as many posts as this month allows.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** The fields of a log line about an error: its code, and the page that says what to do. */
export const coded = (code: ErrorCode): { code: ErrorCode; runbook: string } => ({
  code,
  runbook: `docs/runbooks/errors/${code}.md`,
});
