import { aliasName, contracts, type EventContract } from '@sluice/contracts';

/** So many fields are columns of a saved search; a person chooses others. */
const mostColumns = 6;

/**
 * infra/kibana/<topic>.ndjson for each event that Elasticsearch gets: a data view on the alias, with the contract's time, and a saved
 * search that shows the newest events. Kibana's saved objects are in its import format: one JSON object a line.
 */
export const generateKibana = (): { path: string; text: string }[] =>
  contracts
    .filter(({ internal }) => !internal)
    .map((contract) => ({
      path: `infra/kibana/${contract.topic}.ndjson`,
      text: [dataView(contract), savedSearch(contract)].map((object) => `${JSON.stringify(object)}\n`).join(''),
    }));

const viewId = ({ topic }: EventContract): string => `sluice-${topic}`;

const dataView = (contract: EventContract) => ({
  ...{ type: 'index-pattern', id: viewId(contract), references: [] },
  attributes: { name: contract.topic, title: aliasName(contract), timeFieldName: contract.time },
});

function savedSearch(contract: EventContract) {
  const index = 'kibanaSavedObjectMeta.searchSourceJSON.index';
  const columns = contract.schema.fields
    .map(({ name }) => name)
    // Documents have another name for what begins with an underscore.
    .filter((name) => name !== contract.time && !name.startsWith('_'))
    .slice(0, mostColumns);
  const source = { query: { query: '', language: 'kuery' }, filter: [], indexRefName: index };
  return {
    ...{ type: 'search', id: `${viewId(contract)}-newest` },
    references: [{ name: index, type: 'index-pattern', id: viewId(contract) }],
    attributes: {
      ...{ title: `${contract.topic}: newest`, columns, sort: [[contract.time, 'desc']] },
      kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(source) },
    },
  };
}
