import { questions, type Question } from '@sluice/contracts';
import { documentSearch, elasticsearchRules, elasticsearchSettings } from '@sluice/connector-elasticsearch';
import { ask, type Answer, type AskedTime } from '@sluice/operations';
import { cutToWidth, tableLines } from '@sluice/terminal';
import { bigqueryAccess } from '../clients/bigquery-access.ts';
import { commandConfig } from '../settings.ts';
import { printable } from '../terminal/printable.ts';
import { UserError } from '../user-error.ts';

/**
 * Asks a question and prints the answer.
 *
 * @returns the exit code
 * @throws UserError when there is no such question, or it is about no time; what `ask` throws; ConfigError
 */
export async function runAsk(options: {
  name: string;
  time: AskedTime;
  limit: number | undefined;
  withStatement: boolean;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<number> {
  const { name, time, limit = Infinity, withStatement, json, environment, signal } = options;
  const question = questions.find((one) => one.name === name);
  if (question === undefined)
    throw new UserError(`There is no question ${name}; there are ${questions.map((one) => one.name).join(', ')}.`);
  if (time.from >= time.to)
    throw new UserError(
      `--since is ${time.from.toISOString()}, which is not before --until, ${time.to.toISOString()}.`,
    );
  const answer = await answered(question, time, environment, signal);
  const shown = answer.rows.slice(0, limit);
  const { stdout } = process;
  if (json) stdout.write(`${JSON.stringify({ ...answer, rows: shown, from: time.from, to: time.to })}\n`);
  else stdout.write(`${report(question, { ...answer, rows: shown }, time, withStatement).join('\n')}\n`);
  return 0;
}

async function answered(
  question: Question,
  time: AskedTime,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Answer> {
  if (question.ask.in === 'bigquery') return ask({ rows: bigqueryAccess(environment, signal) }, question, time);
  const search = documentSearch(commandConfig(elasticsearchSettings, environment, elasticsearchRules), signal);
  try {
    return await ask({ search }, question, time);
  } catch (error) {
    // Requests under way end with errors of their own.
    signal.throwIfAborted();
    throw error;
  } finally {
    await search.close();
  }
}

function report(question: Question, answer: Answer, time: AskedTime, withStatement: boolean): string[] {
  const { stdout } = process;
  const { title, description, columns } = question;
  const about = `${time.from.toISOString()} to ${time.to.toISOString()}`;
  const header = columns.map((column) =>
    column.unit === undefined ? column.title : `${column.title}, ${column.unit}`,
  );
  const rows = answer.rows.map((row) => row.map(cellText));
  const texts = columns.findIndex(({ type }) => type === 'number');
  const body =
    rows.length === 0
      ? [`There are no such events in that time; --since looks further back.`]
      : cutToWidth(tableLines(header, rows, stdout, texts < 0 ? columns.length : texts), stdout);
  return [`${title}, ${about}`, description, '', ...body, ...(withStatement ? ['', answer.statement] : [])];
}

function cellText(cell: string | number | null): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return printable(cell);
  return Number.isInteger(cell)
    ? cell.toLocaleString('en-US')
    : cell.toLocaleString('en-US', { maximumFractionDigits: 2 });
}
