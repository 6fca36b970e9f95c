export { findLoad, findLoads, type LoadFilter } from './loads/find-loads.ts';
export { loadStates, type LoadError, type LoadJob, type LoadState } from './loads/load-job.ts';
export type { WhereAccess } from './where/where-access.ts';
export type { Finding, FoundEvent, Life, LifeStep, WhereAnswer } from './where/where-answer.ts';
export { where } from './where/where.ts';
export { ask, type Answer, type AskAccess, type AskedTime } from './questions/ask.ts';
export type { AnswerCell } from './questions/answer-cell.ts';
export type { Check } from './doctor/check.ts';
export { doctor, type Patient } from './doctor/doctor.ts';
