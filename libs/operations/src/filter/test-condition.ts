import type { Condition, Operand, Order, Path } from './condition.ts';

/** What a filter is asked about. */
export interface FilterSubject {
  /** The event as parsed JSON; whole numbers beyond 2^53 are bigints. */
  readonly document: unknown;
  /** What `_kafka.…` means. */
  readonly kafka: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: bigint;
    readonly key: string | null;
    /** In milliseconds since 1970. */
    readonly time: number;
    readonly headers: Readonly<Record<string, string>>;
  };
}

/** The name in front of a record's place, as in rows of BigQuery. */
export const kafkaName = '_kafka';

type Test = (subject: FilterSubject) => boolean;

/** Compiles a condition: a filter is asked about every record of a topic. */
export function testOf(condition: Condition): Test {
  switch (condition.kind) {
    case 'and': {
      const tests = condition.parts.map(testOf);
      return (subject) => tests.every((test) => test(subject));
    }
    case 'or': {
      const tests = condition.parts.map(testOf);
      return (subject) => tests.some((test) => test(subject));
    }
    case 'not': {
      const test = testOf(condition.part);
      return (subject) => !test(subject);
    }
    case 'equal':
      return anyValue(condition.path, equals(condition.operand));
    case 'order':
      return anyValue(condition.path, ordered(condition.order, condition.operand));
    case 'contains': {
      const wanted = folded(condition.text);
      return anyValue(condition.path, (value) => typeof value === 'string' && folded(value).includes(wanted));
    }
    case 'matches':
      return anyValue(condition.path, (value) => typeof value === 'string' && condition.pattern.test(value));
  }
}

/** Texts compare without case, and however their accents and syllables are composed. */
const folded = (text: string): string => text.normalize('NFC').toLowerCase();

type ValueTest = (value: unknown) => boolean;

/** Whether any value at a path passes. A field that is absent counts as null. */
function anyValue(path: Path, test: ValueTest): Test {
  const [first] = path;
  if (first !== kafkaName) return ({ document }) => anyAt(document, path, 0, test);
  return ({ kafka }) => anyAt(kafka, path, 1, test);
}

function anyAt(value: unknown, path: Path, at: number, test: ValueTest): boolean {
  if (Array.isArray(value)) {
    const step = path[at];
    if (typeof step === 'number') return anyAt(value[step], path, at + 1, test);
    return value.some((item) => anyAt(item, path, at, test));
  }
  const step = path[at];
  if (step === undefined) return test(value ?? null);
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return test(null);
  return anyAt(Reflect.get(value, step), path, at + 1, test);
}

function equals(operand: Operand): ValueTest {
  switch (operand.kind) {
    case 'text':
      return (value) => value === operand.text;
    case 'number':
      // Not ===: a bigint may equal a number.
      return (value) => (isNumber(value) ? value == operand.number : value === operand.source); // eslint-disable-line eqeqeq
    case 'boolean':
      return (value) => value === operand.boolean;
    case 'null':
      return (value) => value === null;
    case 'time':
      return (value) => timeOf(value) === timeOfOperand(operand);
  }
}

const isNumber = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

type Comparable = string | number | bigint;
const orders: Readonly<Record<Order, (a: Comparable, b: Comparable) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function ordered(order: Order, operand: Extract<Operand, { kind: 'text' | 'number' | 'time' }>): ValueTest {
  const holds = orders[order];
  switch (operand.kind) {
    case 'text':
      return (value) => typeof value === 'string' && holds(value, operand.text);
    case 'number':
      return (value) => isNumber(value) && holds(value, operand.number);
    case 'time':
      return (value) => {
        const timeMs = timeOf(value);
        return timeMs !== undefined && holds(timeMs, timeOfOperand(operand));
      };
  }
}

/** An age moves with the present, so that `now-2h` stays true of a tail that runs for a day. */
const timeOfOperand = ({ ms, isAge }: Extract<Operand, { kind: 'time' }>): number => (isAge ? Date.now() - ms : ms);

/** A time of a document: text in ISO 8601, or milliseconds since 1970. */
function timeOf(value: unknown): number | undefined {
  if (isNumber(value)) return Number(value);
  if (typeof value !== 'string' || !/^[+-]?\d{4,6}-\d\d-\d\d/.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}
