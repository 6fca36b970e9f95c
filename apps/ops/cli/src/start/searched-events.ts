import { errors } from '@elastic/elasticsearch';
import { aliasName, type EventContract } from '@sluice/contracts';
import { elasticsearchClient } from '../clients/elasticsearch-client.ts';

/** Looks for events as a user would: by a search. */
export function searchedEvents(environment: NodeJS.ProcessEnv) {
  const client = elasticsearchClient(environment);
  const counted = async (request: Parameters<typeof client.count>[0]): Promise<number> => {
    try {
      return (await client.count(request)).count;
    } catch (error) {
      // Nothing has arrived yet where there is no such index.
      if (error instanceof errors.ResponseError && error.statusCode === 404) return 0;
      throw error;
    }
  };
  return {
    /** Documents of this host whose event time is at or after an instant, found by a search under the alias. */
    ofHost: (contract: EventContract, host: string, since: Date): Promise<number> =>
      counted({
        index: aliasName(contract),
        query: { bool: { filter: [{ term: { host } }, { range: { [contract.time]: { gte: since.toISOString() } } }] } },
      }),
    /** All documents of an event. */
    all: (contract: EventContract): Promise<number> => counted({ index: aliasName(contract) }),
    close: () => client.close(),
  };
}
