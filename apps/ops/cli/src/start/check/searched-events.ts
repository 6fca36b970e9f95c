import { documentReader, elasticsearchRules, elasticsearchSettings } from '@sluice/connector-elasticsearch';
import { commandConfig } from '../../settings.ts';
import type { EventContract } from '@sluice/contracts';

/** Looks for events as a user would: by a search. */
export function searchedEvents(environment: NodeJS.ProcessEnv, signal: AbortSignal) {
  const reader = documentReader(commandConfig(elasticsearchSettings, environment, elasticsearchRules), signal);
  return {
    /** Counts documents of this host whose event time is at or after `since`. */
    ofHost: (contract: EventContract, host: string, since: Date): Promise<number> =>
      reader.count(contract, [{ term: { host } }, { range: { [contract.time]: { gte: since.toISOString() } } }]),
    /** All documents of an event. */
    all: (contract: EventContract): Promise<number> => reader.count(contract),
    close: () => reader.close(),
  };
}
