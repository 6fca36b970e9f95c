import type { Scenario } from '../../harness/scenario.ts';
import { followGuide } from '../../guides/follow-guide.ts';

const scenario: Scenario = {
  sentence: 'The guide for a new processor, followed word by word from the generator: it passes the conformance suite.',
  run: (context) => followGuide('docs/new-processor.md', context),
};
export default scenario;
