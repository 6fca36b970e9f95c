import type { Scenario } from '../../harness/scenario.ts';
import { followGuide } from '../../guides/follow-guide.ts';

const scenario: Scenario = {
  sentence:
    'The guide for a new sink, followed word by word from the generator: an SQLite sink passes the conformance suite, and its audit is clean.',
  run: (context) => followGuide('docs/new-sink.md', context),
};
export default scenario;
