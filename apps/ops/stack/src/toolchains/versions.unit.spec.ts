import { expect, test } from 'vitest';
import { parseJavaVersion } from './java.ts';
import { parsePythonVersion } from './python.ts';

test.each([
  ['openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment', 17],
  ['openjdk version "25" 2025-09-16 LTS', 25],
  ['java version "1.8.0_402"', 8],
  ['Picked up JAVA_TOOL_OPTIONS: -Dversion=9\nopenjdk version "21.0.2" 2024-01-16', 21],
])('the major version of %j is %i', (printed, major) => {
  expect(parseJavaVersion(printed)).toBe(major);
});

test('other text has no Java version', () => {
  expect(parseJavaVersion('Unable to locate a Java Runtime.')).toBeUndefined();
});

test('the version of Python is read', () => {
  expect(parsePythonVersion('Python 3.13.0\n')).toEqual([3, 13]);
  expect(parsePythonVersion('Python 3.14.0rc1\n')).toEqual([3, 14]);
  expect(parsePythonVersion('pyenv: python3.13: command not found')).toBeUndefined();
});
