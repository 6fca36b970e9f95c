import { count } from '../format.tsx';

/** Counts as bars, each with its number. */
export function BarList({
  bars,
  onPick,
}: {
  bars: readonly { label: string; count: number }[];
  onPick?: (label: string) => void;
}) {
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  return (
    <ul class="bars">
      {bars.map((bar) => (
        <li key={bar.label}>
          <span class="bar" style={{ width: `${(100 * bar.count) / most}%` }} aria-hidden="true" />
          {onPick === undefined ? (
            <span class="label">{bar.label}</span>
          ) : (
            <button type="button" class="label plain" onClick={() => onPick(bar.label)} title={`Search ${bar.label}`}>
              {bar.label}
            </button>
          )}
          <span class="value">{count(bar.count)}</span>
        </li>
      ))}
    </ul>
  );
}
