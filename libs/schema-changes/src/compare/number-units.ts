import type { ContractField } from '@sluice/contracts';
import type { Report } from '../change.ts';
import type { TypeNode } from '../contracts/type-tree.ts';

/** Last words of names that say what a number counts, or that it counts nothing. */
const units = new Set(
  (
    'ns us ms s seconds minutes hours days bytes bits kb mb gb percent ratio count total number offset partition index id code port ' +
    'year month day hour minute second celsius fahrenheit kelvin volts amperes watts hertz hz mhz pixels meters metres km kg g ' +
    'latitude longitude degrees altitude rank version size length width height rate per_second'
  ).split(' '),
);

/** Reports a new number whose name and annotation leave open what it counts, or a decimal that does not say how many digits it has. */
export function reportNumber(
  { name, sluice }: ContractField,
  { path, at, node }: { path: TypeNode['path']; at: string; node: TypeNode | undefined },
  report: Report,
): void {
  const { logicalType, precision } = node?.kind === 'fixed' ? node.schema : node?.kind === 'primitive' ? node : {};
  if (logicalType === 'decimal' && precision === undefined)
    return report(
      'decimal-without-precision',
      path,
      at,
      'it is a new decimal, and does not say how many digits it has',
    );
  if (node?.kind !== 'primitive' || logicalType !== undefined) return;
  if (!['int', 'long', 'float', 'double'].includes(node.type) || sluice?.kind !== undefined) return;
  const lastWord =
    name
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .split('_')
      .at(-1) ?? '';
  if (!units.has(lastWord))
    report('number-without-unit', path, at, `it is a new ${node.type}, and does not say of what`);
}
