import { beyondFields } from '../bulk/error-reason.ts';
import type { ClusterError } from '../cluster.ts';

/** The reasons that name the field whose value is refused. Each is anchored, as what follows may quote the document. */
const patterns: readonly RegExp[] = [
  /^(?:\[\d+:\d+\] )?failed to parse field \[(.+?)\] of type \[[a-z_]+\]/,
  /^(?:\[\d+:\d+\] )?object mapping for \[(.+?)\] tried to parse field \[/,
  // The inverted index of a flattened field has this name.
  /^Document contains at least one immense term in field="(.+?)(?:\._keyed)?" /,
  /^mapper \[(.+?)\] cannot be changed from type \[/,
];

const strict =
  /^(?:\[\d+:\d+\] )?mapping set to strict, dynamic introduction of \[(.+?)\] within \[(.+?)\] is not allowed/;

/** Whether a document is refused because it would give the index more fields than it may have. */
export const isBeyondFields = (error: ClusterError | undefined): boolean => beyondFields.test(error?.reason ?? '');

/** The path of the field whose value makes the cluster refuse a document, joined by dots; undefined where the reason names none. */
export function refusedField(error: ClusterError | undefined): string | undefined {
  const reason = error?.reason ?? '';
  const [, name, within] = strict.exec(reason) ?? [];
  if (name !== undefined) return within === '_doc' ? name : `${within}.${name}`;
  for (const pattern of patterns) {
    const found = pattern.exec(reason)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}
