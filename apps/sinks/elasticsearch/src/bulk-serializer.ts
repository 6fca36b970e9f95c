import { Serializer } from '@elastic/transport';
import type { BulkItem } from './bulk-verdict.ts';

const head = '{"items":[';
const created = '{"create":{"status":201}}';
const tail = ']}';

interface BulkAnswer {
  items: readonly Readonly<Record<string, BulkItem>>[];
}

/**
 * The client's serializer, which knows the one answer that nearly every bulk request gets: that all documents were created. It is
 * recognised as text, without being parsed into two objects a document.
 */
export class BulkSerializer extends Serializer {
  #expected = '';
  #answer: BulkAnswer = { items: [] };

  override deserialize<T = unknown>(json: string): T {
    const items = (json.length - head.length - tail.length + 1) / (created.length + 1);
    if (!Number.isInteger(items) || items < 1 || !json.startsWith(head + created)) return super.deserialize<T>(json);
    if (this.#expected.length !== json.length) {
      this.#expected = head + Array(items).fill(created).join(',') + tail;
      this.#answer = { items: Array(items).fill({ create: { status: 201 } }) };
    }
    return json === this.#expected ? (this.#answer as T) : super.deserialize<T>(json);
  }
}
