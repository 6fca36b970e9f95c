/** An error and what caused it, outermost first. */
function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

/** Whether a retry may succeed: errors of Kafka carry what its protocol says about them. */
export const isRetriable = (error: unknown): error is Error =>
  causes(error).some((cause) => 'retriable' in cause && cause.retriable === true);

/** The error among the causes that has one of these names in Kafka's protocol (https://kafka.apache.org/protocol#protocol_error_codes). */
export const causeOfType = (error: unknown, types: ReadonlySet<string>): Error | undefined =>
  causes(error).find((cause) => 'type' in cause && types.has(String(cause.type)));
