import type { Logger } from '@sluice/telemetry';

/** Tells of a destination that does not take records: to health each time, to the log when the reason changes and when it is over. */
export interface DestinationWatch {
  refuses(problem: string, records: number): void;
  takes(): void;
}

export function destinationWatch(options: {
  topic: string;
  partition: number;
  logger: Logger;
  /** Told when the destination does not take records, with the reason, and when it does again. */
  onDestination: (problem: string | undefined) => void;
}): DestinationWatch {
  const { topic, partition, logger, onDestination } = options;
  let told: string | undefined;
  return {
    refuses(problem, records) {
      onDestination(problem);
      if (problem !== told)
        logger.warn(
          { topic, partition, records, reason: problem },
          'the destination does not take records; trying again',
        );
      told = problem;
    },
    takes() {
      onDestination(undefined);
      if (told !== undefined) logger.info({ topic, partition }, 'the destination takes records again');
      told = undefined;
    },
  };
}
