/** One sample of Prometheus' text format. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/**
 * Reads Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/).
 *
 * @param wanted the names of samples that are of use; the others are not parsed
 */
export function parseSamples(text: string, wanted: ReadonlySet<string>): Sample[] {
  const samples: Sample[] = [];
  for (const each of text.split('\n')) {
    const end = each.search(/[{ ]/);
    if (end < 1 || !wanted.has(each.slice(0, end))) continue;
    const [, name, labels = '', value] = line.exec(each) ?? [];
    if (name === undefined) continue;
    const pairs = [...labels.matchAll(label)].map(([, key = '', escaped = '']) => [key, unescaped(escaped)]);
    samples.push({ name, labels: Object.fromEntries(pairs), value: Number(value) });
  }
  return samples;
}

const unescaped = (text: string): string =>
  text.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
