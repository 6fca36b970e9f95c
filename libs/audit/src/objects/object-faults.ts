import { mostNamed, type ObjectFault, type ObjectsAudit } from '../topic-audit.ts';

/** Gathers what is wrong with objects; beyond `mostNamed` it only counts. */
export class ObjectFaults {
  readonly #named: ObjectFault[] = [];
  #count = 0;

  add(kind: ObjectFault['kind'], object: string, reason: string): void {
    this.#count++;
    if (this.#named.length < mostNamed) this.#named.push({ kind, object, reason });
  }

  result(counts: Pick<ObjectsAudit, 'count' | 'beyondCut' | 'notInKafkaAnyMore'>): ObjectsAudit {
    return { ...counts, faultCount: this.#count, faults: this.#named };
  }
}
