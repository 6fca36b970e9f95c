export type { ReadContext, Source, SourceEvent, SourceItem, SourceRefusal } from './source.ts';
export { runSource } from './run-source.ts';
export { sourceParts, sourceSettings, type SourceConfig } from './source-settings.ts';
