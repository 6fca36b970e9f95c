/** An error and what caused it, outermost first. */
function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

/** Whether waiting may mend an error, as kafkajs says it of Kafka's. */
export const isRetriable = (error: unknown): error is Error =>
  causes(error).some((cause) => 'retriable' in cause && cause.retriable === true);

/** The error among the causes that has one of these names in Kafka's protocol (https://kafka.apache.org/protocol#protocol_error_codes). */
export const causeOfType = (error: unknown, types: ReadonlySet<string>): Error | undefined =>
  causes(error).find((cause) => 'type' in cause && types.has(String(cause.type)));
