import { FatalError } from '@sluice/telemetry';
import { expect, it } from 'vitest';
import { truthFile } from './truth-file.ts';

it('says in a sentence that the truth cannot be written there', () => {
  expect(() => truthFile('/no/such/folder/truth.jsonl')).toThrow(FatalError);
  expect(() => truthFile('/no/such/folder/truth.jsonl')).toThrow(
    /^IOT_TRUTH_FILE is "\/no\/such\/folder\/truth\.jsonl", which cannot be written \(.*ENOENT.*\): give a file/,
  );
});
