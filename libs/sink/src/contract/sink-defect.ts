/** A sink that breaks its contract. The process stops, since nothing that it says can be believed. */
export class SinkDefect extends Error {
  override readonly name = 'SinkDefect';
}
