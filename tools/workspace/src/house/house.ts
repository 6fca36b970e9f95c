// `npm run house`: whether the repository is easy to find one's way in. Prints each rule with what it has found, and ends with exit code 1
// when a bound is exceeded. `npm run house -- RULE …` prints all findings of these rules.
import { resolve } from 'node:path';
import { bounds } from './bounds.ts';
import { houseRules } from './house-rules.ts';
import { readRepository } from './repository.ts';
import { isExceeded, report } from './rule.ts';

const rules = houseRules(readRepository(resolve(import.meta.dirname, '../../../..')), bounds);
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !rules.some((rule) => rule.name === name));
if (unknown !== undefined) {
  console.error(
    `There is no rule ${JSON.stringify(unknown)}; choose from ${rules.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}
console.log(report(rules, asked).join('\n'));
process.exitCode = rules.some(isExceeded) ? 1 : 0;
