/** A small line of recent values. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const [width, height] = [120, 24];
  const most = Math.max(1, ...values);
  if (values.length < 2) return <span class="muted">–</span>;
  const points = values.map((value, at) => {
    const x = (at / (values.length - 1)) * (width - 2) + 1;
    return `${x.toFixed(1)},${(height - 2 - (value / most) * (height - 4)).toFixed(1)}`;
  });
  return (
    <svg class="sparkline" width={width} height={height} role="img" aria-label={label}>
      <polyline points={`1,${height - 1} ${points.join(' ')} ${width - 1},${height - 1}`} class="area" />
      <polyline points={points.join(' ')} class="line" />
    </svg>
  );
}
