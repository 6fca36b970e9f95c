import { findNodeAtLocation, parseTree, printParseErrorCode, type JSONPath, type ParseError } from 'jsonc-parser';
import { eventContract, type ContractRecord, type EventContract } from '@sluice/contracts';

/** A contract as a file holds it. */
export interface ContractSource {
  readonly file: string;
  readonly schema: ContractRecord;
  readonly contract: EventContract;
  /** The line of a place in the JSON text, from 1; of the nearest place around it, if the text does not have it. */
  lineOf(path: JSONPath): number;
}

/** A file that is not a contract. The message has file and line. */
export class InvalidContract extends Error {
  override readonly name = 'InvalidContract';
}

/** @throws InvalidContract */
export function contractSource(file: string, text: string): ContractSource {
  const problems: ParseError[] = [];
  const root = parseTree(text, problems, { disallowComments: true });
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const [problem] = problems;
  if (problem !== undefined || root === undefined) {
    const what = problem === undefined ? 'it is empty' : printParseErrorCode(problem.error);
    throw new InvalidContract(`${file}:${lineAt(problem?.offset ?? 0)} is not JSON: ${what}`);
  }
  const schema = JSON.parse(text) as ContractRecord;
  const lineOf = (path: JSONPath): number => {
    const node = findNodeAtLocation(root, path);
    if (node !== undefined) return lineAt(node.offset);
    return path.length === 0 ? 1 : lineOf(path.slice(0, -1));
  };
  try {
    return { file, schema, contract: eventContract(schema), lineOf };
  } catch (error) {
    throw new InvalidContract(`${file}:1 ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
