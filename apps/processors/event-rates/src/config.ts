import { settings } from '@sluice/config';
import { collectingProcessorSettings } from '@sluice/processor';
import { contracts, eventRate } from '@sluice/contracts';

const topics = contracts.map(({ topic }) => topic).filter((topic) => topic !== eventRate.topic);

export const eventRatesSettings = {
  EVENT_RATES_LATENESS_MS: settings.integer({
    description: 'How long after the end of a minute its rows are published; what comes later gets rows of its own',
    default: '5000',
    max: 59_999,
  }),
  // Not its own topic: its rows would be counted without an end.
  PROCESSOR_TOPICS: settings.choices(topics, {
    description: 'Topics whose events to count',
    default: topics.join(','),
  }),
  ...collectingProcessorSettings,
};
