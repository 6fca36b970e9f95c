import { aliasName, type EventContract } from '@sluice/contracts';
import type { DocumentSearch } from '@sluice/connector-elasticsearch';
import { documentTime } from './find-document.ts';
import type { TextMatch } from '../where-answer.ts';

const mostMatches = 20;

/** The documents that have all words of a text in any of their fields; words in quotation marks must follow one another. */
export async function findText(
  search: DocumentSearch,
  contracts: readonly EventContract[],
  text: string,
): Promise<{ matches: TextMatch[]; total: number }> {
  const { hits, total } = await search.search(contracts, {
    size: mostMatches,
    query: { simple_query_string: { query: text, fields: ['*'], default_operator: 'and', lenient: true } },
    highlight: {
      fields: { '*': {} },
      ...{ require_field_match: false, number_of_fragments: 1, fragment_size: 120, pre_tags: [''], post_tags: [''] },
    },
  });
  return {
    total,
    matches: hits.flatMap(({ id, index, document, highlights }) => {
      const contract = ofIndex(contracts, index);
      if (contract === undefined) return [];
      const excerpt = (highlights[0] ?? '').replaceAll(/\s+/g, ' ').trim();
      return [{ topic: contract.topic, id, index, timeMs: documentTime(contract, document), excerpt }];
    }),
  };
}

/** The event of an index. Where one topic's name begins another's, the longer counts. */
export const ofIndex = (contracts: readonly EventContract[], index: string): EventContract | undefined =>
  contracts
    .filter((contract) => index.startsWith(`${aliasName(contract)}-`))
    .sort((a, b) => b.topic.length - a.topic.length)[0];
