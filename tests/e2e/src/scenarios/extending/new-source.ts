import type { Scenario } from '../../harness/scenario.ts';
import { followGuide } from '../../guides/follow-guide.ts';

const scenario: Scenario = {
  sentence:
    'The guide for a new source, followed word by word from the generator: a feed over HTTP passes the conformance suite.',
  run: (context) => followGuide('docs/new-source.md', context),
};
export default scenario;
