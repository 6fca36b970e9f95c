export type { AuditAccess, AuditProgress, Auditor, TopicAuditOptions } from './auditor.ts';
export { auditDocuments, documentAuditor } from './documents/audit-documents.ts';
export { objectAuditor } from './objects/audit-objects.ts';
export { rowAuditor } from './rows/audit-rows.ts';
export { tableAuditor } from './tables/audit-tables.ts';
export { offsetsIn } from './ledger/passed-offsets.ts';
export type { TopicAudit } from './topic-audit.ts';
export { latestResults, readAudits, rememberAudit, type PastAudit, type PastTopicAudit } from './audit-history.ts';
