import { questions, topicName } from '@sluice/contracts';
import { cutToWidth, tableLines } from '@sluice/terminal';

/** Prints the questions that can be asked. */
export function listQuestions(json: boolean): void {
  const { stdout } = process;
  const listed = questions.map(({ name, contract, title, description, chart, columns, ask }) => ({
    ...{ name, topic: topicName(contract), title, description, chart, columns, in: ask.in },
  }));
  const rows = listed.map((one) => [one.name, one.topic, one.in, one.description]);
  const lines = json
    ? [JSON.stringify(listed)]
    : cutToWidth(tableLines(['question', 'event', 'asked of', 'what it tells'], rows, stdout, 4), stdout);
  stdout.write(`${lines.join('\n')}\n`);
}
