/** A sink that breaks its contract. The process stops, since nothing that it says can be believed. */
export class SinkContractViolation extends Error {
  override readonly name = 'SinkContractViolation';
}
