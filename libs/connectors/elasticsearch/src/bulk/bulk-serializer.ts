import { Serializer } from '@elastic/transport';
import { BulkAnswers } from '@sluice/document-sink';

/** The client's serializer, with answers parsed by `BulkAnswers`. */
export class BulkSerializer extends Serializer {
  readonly #answers = new BulkAnswers();

  override deserialize<T = unknown>(json: string): T {
    try {
      return this.#answers.parse(json) as T;
    } catch {
      // For its error.
      return super.deserialize<T>(json);
    }
  }
}
