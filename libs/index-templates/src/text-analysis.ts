import type { Mapping } from './field-mapping.ts';

/** The analyzer of words of a text in any language; `textAnalysis` defines it. */
const anyLanguage = 'any_language';

/**
 * How texts become words, with what a stock Elasticsearch has: letters of one width and case; Korean, Japanese and Chinese as pairs of
 * characters, so that a word is found whatever is joined to it (아이돌 in 아이돌이); other scripts word by word, and no word left out.
 */
export const textAnalysis = {
  'index.analysis.analyzer.any_language.type': 'custom',
  'index.analysis.analyzer.any_language.tokenizer': 'standard',
  'index.analysis.analyzer.any_language.filter': ['cjk_width', 'lowercase', 'cjk_bigram'],
} as const;

/** A text: searched in any language; in English by the stems of its words, below `.english`; as a whole below `.keyword`. */
export const textMapping = (keyword: Mapping): Mapping => ({
  type: 'text',
  analyzer: anyLanguage,
  fields: { english: { type: 'text', analyzer: 'english' }, keyword },
});

/** Whether a mapping, or one within it, is that of a text. */
export const hasText = ({ analyzer, properties = {} }: Mapping): boolean =>
  analyzer === anyLanguage || Object.values(properties).some(hasText);
