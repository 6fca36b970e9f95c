/** A sink broke its contract. The process stops, since none of the sink's answers can be trusted. */
export class SinkContractViolation extends Error {
  override readonly name = 'SinkContractViolation';
}
