/**
 * Replaces the text between `<!-- name:begin -->` and `<!-- name:end -->`.
 *
 * @param path the file, for the error
 * @throws Error when a marker is missing
 */
export function betweenMarkers(text: string, name: string, content: string, path: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no place for its ${name}: add ${begin} and ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}
