import { expect, it } from 'vitest';
import { nameForms, renameCode, renameText } from './rename.ts';

const [stdout, store] = [nameForms('stdout'), nameForms('my-store')];
const [lines, feed] = [nameForms('json-lines'), nameForms('feed')];

it('code gets the new name in the form of each place, and keeps what another thing is called', () => {
  const code = `import { stdout } from './stdout.ts'; // as stdout does
export const stdoutSettings = { name: 'stdout', STDOUT_URL: 1 };
child.stdout.pipe(process.stdout); stdoutish(stdout(process.stdout));`;
  expect(renameCode(code, stdout, store)).toBe(`import { myStore } from './my-store.ts'; // as my-store does
export const myStoreSettings = { name: 'my-store', MY_STORE_URL: 1 };
child.stdout.pipe(process.stdout); stdoutish(myStore(process.stdout));`);
});

it('code of a name with several words is renamed in all forms', () => {
  const code = "runJsonLines(config.JSON_LINES_FILE, jsonLines, 'json-lines'); type A = JsonLinesConfig;";
  expect(renameCode(code, lines, feed)).toBe("runFeed(config.FEED_FILE, feed, 'feed'); type A = FeedConfig;");
});

it('text gets the new name wherever the old one is a word', () => {
  expect(renameText('stdout-sink: sinks/stdout `SINK=stdout` process.stdout stdouts', stdout, store)).toBe(
    'my-store-sink: sinks/my-store `SINK=my-store` process.stdout stdouts',
  );
  expect(renameText('JSON_LINES_FILE of json-lines, JSON lines', lines, feed)).toBe('FEED_FILE of feed, JSON lines');
});
