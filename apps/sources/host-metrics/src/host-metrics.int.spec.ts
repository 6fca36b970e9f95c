import { uniqueName } from '@sluice/kafka/testing';
import { hostMetrics } from '@sluice/contracts';
import { sourceConformance } from '@sluice/source/testing';

const nothingToReadAgain = 'it has no cursor, as a second that has passed cannot be measured again';
const measures = 'it measures numbers of this moment';

sourceConformance({
  app: 'host-metrics',
  contract: hostMetrics,
  async create() {
    const mark = uniqueName('호스트-é-\u{1F9A9}');
    return {
      mark,
      environment: { HOST_METRICS_HOST: mark, HOST_METRICS_GROUPS: 'load' },
      giveOdd: async () => ({ host: mark }),
    };
  },
  exceptions: {
    'no loss': nothingToReadAgain,
    'no repetition': nothingToReadAgain,
    'malformed input': 'it reads the kernel, and a group that it cannot read is null',
    'empty values': measures,
    'the year 1970': measures,
    'the year 2100': measures,
  },
});
