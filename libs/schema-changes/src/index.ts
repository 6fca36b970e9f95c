export { compareContracts } from './compare/compare-contracts.ts';
export { layers, rules, type Layer, type RuleName, type Severity } from './rules.ts';
export type { Change } from './change.ts';
export { contractSource, InvalidContract, type ContractSource } from './contracts/contract-source.ts';
