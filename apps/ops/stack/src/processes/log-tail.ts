import { open } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';

const tailBytes = 256 * 1024;

/** A sentence about a failure, followed by the last lines of a log, without empty ones, plain and indented. */
export async function withTail(sentence: string, logFile: string, lines = 15): Promise<string> {
  const plain = (await lastLines(logFile, lines)).map((line) => stripVTControlCharacters(line).trimEnd());
  const lastText = plain.filter((line) => line !== '' && line !== '[ERROR]');
  if (lastText.length === 0) return `${sentence}; its log is empty.`;
  return [`${sentence}; the end of its log:`, ...lastText.map((line) => `    ${line}`)].join('\n');
}

/** The last lines of a file; none if it does not exist. */
export async function lastLines(file: string, lines: number): Promise<string[]> {
  let handle;
  try {
    handle = await open(file);
  } catch {
    return [];
  }
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, tailBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    const text = buffer.toString('utf8', 0, bytesRead).replace(/\n$/, '');
    return text === '' ? [] : text.split('\n').slice(-lines);
  } finally {
    await handle.close();
  }
}
