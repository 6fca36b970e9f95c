export { countFields, defaultFieldLimit } from './count-fields.ts';
export type { Mapping } from './field-mapping.ts';
export { indexTemplate, openParts, type IndexTemplate } from './index-template.ts';
