import { Serializer } from '@opensearch-project/opensearch';
import { BulkAnswers } from '@sluice/document-sink';

/** The client's serializer, with answers parsed by `BulkAnswers`. */
export class AnswerSerializer extends Serializer {
  readonly #answers = new BulkAnswers();

  override deserialize(json: string) {
    try {
      return this.#answers.parse(json);
    } catch {
      // For its error.
      return super.deserialize(json);
    }
  }
}
