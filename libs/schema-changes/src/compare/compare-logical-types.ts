import type { Report } from '../change.ts';
import type { TypeNode } from '../contracts/type-tree.ts';

interface LogicalType {
  readonly logicalType?: string;
  readonly precision?: number;
  readonly scale?: number;
}

export function compareLogicalTypes(
  old: LogicalType,
  now: LogicalType,
  { path, at }: { path: TypeNode['path']; at: string },
  report: Report,
): void {
  if (old.logicalType !== now.logicalType) {
    const described = (logicalType = 'no logical type') => logicalType;
    const message = `it is ${described(now.logicalType)}, and was ${described(old.logicalType)}`;
    report('logical-type-changed', path, at, message);
    return report('property-type-changed', path, at, message);
  }
  if (now.logicalType !== 'decimal') return;
  const [oldScale, newScale] = [old.scale ?? 0, now.scale ?? 0];
  const [oldPrecision, newPrecision] = [old.precision ?? 0, now.precision ?? 0];
  if (oldScale !== newScale)
    return report('decimal-scale-changed', path, at, `it has ${newScale} digits after the point, and had ${oldScale}`);
  if (oldPrecision === newPrecision) return;
  const rule = newPrecision < oldPrecision ? 'decimal-narrowed' : 'decimal-widened';
  report(rule, path, at, `it has ${newPrecision} digits, and had ${oldPrecision}`);
}
