/** Parses JSON with long integers as they are. */
export function exactParse(text: string): unknown {
  // TypeScript does not know the third argument yet: https://tc39.es/proposal-json-parse-with-source/
  const revive = (_: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' &&
    Number.isInteger(value) &&
    !Number.isSafeInteger(value) &&
    context?.source !== undefined
      ? BigInt(context.source)
      : value;
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
}

type Path = readonly (string | number)[];
export type Scalar = string | number | bigint | boolean | null;

const isScalar = (value: unknown): value is Scalar => typeof value !== 'object' || value === null;

/** A value as a tree. @param onPick is called for a scalar that is clicked, to filter by it */
export function JsonView({
  value,
  onPick,
}: {
  value: unknown;
  onPick?: ((path: Path, value: Scalar) => void) | undefined;
}) {
  return (
    <div class="json">
      <Node value={value} path={[]} onPick={onPick} />
    </div>
  );
}

function Node({
  value,
  path,
  onPick,
}: {
  value: unknown;
  path: Path;
  onPick: ((path: Path, value: Scalar) => void) | undefined;
}) {
  if (isScalar(value)) return <Leaf value={value} path={path} onPick={onPick} />;
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item: unknown, at): [number, unknown] => [at, item])
    : Object.entries(value as object);
  if (entries.length === 0) return <span class="muted">{Array.isArray(value) ? '[]' : '{}'}</span>;
  return (
    <dl>
      {entries.map(([name, each]) => (
        <div key={name} class={isScalar(each) ? 'leaf' : 'branch'}>
          <dt>{name}</dt>
          <dd>
            <Node value={each} path={[...path, name]} onPick={onPick} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Leaf({
  value,
  path,
  onPick,
}: {
  value: Scalar;
  path: Path;
  onPick: ((path: Path, value: Scalar) => void) | undefined;
}) {
  const text = typeof value === 'string' ? value : String(value);
  const kind = value === null ? 'null' : typeof value;
  if (onPick === undefined) return <span class={`scalar ${kind}`}>{text}</span>;
  const names = path.filter((part) => typeof part === 'string').join('.');
  return (
    <button
      type="button"
      class={`scalar plain ${kind}`}
      title={`Filter: ${names} = this`}
      onClick={() => onPick(path, value)}
    >
      {text === '' ? '""' : text}
    </button>
  );
}
