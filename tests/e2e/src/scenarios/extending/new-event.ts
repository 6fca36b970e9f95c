import type { Scenario } from '../../harness/scenario.ts';
import { followGuide } from '../../guides/follow-guide.ts';

const scenario: Scenario = {
  sentence:
    'The guide for a new event, followed word by word from the generator: its samples fit it, and flow from a source to a sink.',
  run: (context) => followGuide('docs/new-event.md', context),
};
export default scenario;
