export { indexTemplate, type IndexTemplate } from './index-template.ts';
