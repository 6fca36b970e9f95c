import { expect, it } from 'vitest';
import { withoutValues } from './without-values.ts';

it.each([
  ["Could not convert string 'my secret' to INT64", "Could not convert string '…' to INT64"],
  ['Bad value: my secret; line 3', 'Bad value: …; line 3'],
  [
    'Could not convert value to integer. Field: n; Value: my. secret; and more',
    'Could not convert value to integer. Field: n; Value: …',
  ],
  [
    "Could not parse 'it's a secret' as INT64 for field n; Could not parse 'x' as DATE",
    "Could not parse '…' as INT64 for field n; Could not parse '…' as DATE",
  ],
  ['Field: n; Value: my secret. File: gs://bucket/0.json.gz', 'Field: n; Value: …. File: gs://bucket/0.json.gz'],
  ["Provided Schema does not match Table 'p:d.t'", "Provided Schema does not match Table 'p:d.t'"],
])('leaves values out of messages: %s', (message, expected) => expect(withoutValues(message)).toBe(expected));
