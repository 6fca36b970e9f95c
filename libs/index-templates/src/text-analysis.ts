import type { FieldAnnotation } from '@sluice/contracts';
import type { Mapping } from './field-mapping.ts';

/** The analyzer for texts in any language; `textAnalysis` defines it. */
const anyLanguage = 'any_language';

/**
 * Analyzes texts with the means of a stock Elasticsearch: one width and case of letters; Korean, Japanese and Chinese as pairs of
 * characters, so that a word is found whatever is attached to it (아이돌 in 아이돌이); other scripts word by word, without stop words.
 */
export const textAnalysis = {
  'index.analysis.analyzer.any_language.type': 'custom',
  'index.analysis.analyzer.any_language.tokenizer': 'standard',
  'index.analysis.analyzer.any_language.filter': ['cjk_width', 'lowercase', 'cjk_bigram'],
} as const;

/**
 * A text, searched in any language.
 *
 * @param copies how else it is searched, which indexes it once more each: under `.english` by the stems of English words, under `.keyword`
 *   as a whole
 */
export function textMapping(keyword: Mapping, copies: FieldAnnotation['copies'] = []): Mapping {
  const fields = {
    ...(copies.includes('english') && { english: { type: 'text', analyzer: 'english' } }),
    ...(copies.includes('exact') && { keyword }),
  };
  return { type: 'text', analyzer: anyLanguage, ...(copies.length > 0 && { fields }) };
}

/** Whether a mapping is one of a text, or contains one. */
export const hasText = ({ analyzer, properties = {} }: Mapping): boolean =>
  analyzer === anyLanguage || Object.values(properties).some(hasText);
