export { indexTemplate, type IndexTemplate, type Mapping } from './index-template.ts';
