export type { Mapping } from './field-mapping.ts';
export { indexTemplate, type IndexTemplate } from './index-template.ts';
