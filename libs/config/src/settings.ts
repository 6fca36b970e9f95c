import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** What a person reads about a setting: in an app's README, in `.env.example` and in error messages. */
export interface SettingDoc {
  description: string;
  /** A value that shows the form, for settings that have no default. */
  example?: string;
  /** Never shown: not in errors, not in logs. */
  secret?: boolean;
}

/** A setting as text in the environment and as `T` in the program. */
export type Setting<T> = z.ZodType<T, string | undefined>;

const documented = <T, I extends string | undefined>(schema: z.ZodType<T, I>, doc: SettingDoc) =>
  schema.meta({ ...doc }) as Setting<T>;

type TextParser<T> = (value: string, fail: (message: string) => never) => T;

/** A setting whose text is read by `parse`, which calls `fail` with what a right value looks like. */
function parsed<T>(parse: TextParser<T>): z.ZodType<T, string> {
  return z.string().transform((value, context) => {
    try {
      return parse(value.trim(), (message) => {
        throw new InvalidText(message);
      });
    } catch (error) {
      if (!(error instanceof InvalidText)) throw error;
      context.issues.push({ code: 'custom', message: error.message, input: value });
      return z.NEVER;
    }
  });
}

class InvalidText extends Error {}

/** A setting has a default, or must be set unless `optional` wraps it. */
interface Presence {
  default?: string;
}

function present<T>(schema: z.ZodType<T, string>, doc: SettingDoc & Presence): Setting<T> {
  const { default: fallback, ...rest } = doc;
  return fallback === undefined ? documented(schema, rest) : documented(schema.prefault(fallback), rest);
}

/** The same setting, undefined when it is not set. */
export function optional<T>(setting: Setting<T>): Setting<T | undefined> {
  return setting.optional().meta({ ...setting.meta() });
}

/** Any text that is not empty. */
export const text = (doc: SettingDoc & Presence) =>
  present(
    parsed((value) => value),
    doc,
  );

/** Letters, digits, `-` and `_`: what may become part of a name elsewhere, such as a topic's. */
export const word = (doc: SettingDoc & Presence) =>
  present(
    parsed((value, fail) => (/^[\w-]{1,100}$/.test(value) ? value : fail('must be letters, digits, - and _'))),
    doc,
  );

/** A whole number between `min` and `max`, both included. */
export function integer(doc: SettingDoc & Presence & { min?: number; max?: number; multipleOf?: number }) {
  const { min = 0, max = Number.MAX_SAFE_INTEGER, multipleOf = 1, ...rest } = doc;
  const form = (range: string) => `a whole number ${range}${multipleOf === 1 ? '' : `, a multiple of ${multipleOf}`}`;
  return present(
    parsed((value, fail) => {
      const number = Number(value);
      const fits = /^-?\d+$/.test(value) && number >= min && number <= max && number % multipleOf === 0;
      if (fits) return number;
      const isBounded = max < Number.MAX_SAFE_INTEGER || /^\d{16,}$/.test(value);
      return fail(`must be ${form(isBounded ? `from ${min} to ${max}` : `of at least ${min}`)}`);
    }),
    rest,
  );
}

/** `true` or `false`. */
export const flag = (doc: SettingDoc & Presence) =>
  present(
    parsed((value, fail) => (value === 'true' ? true : value === 'false' ? false : fail('must be true or false'))),
    doc,
  );

/** One of the given words, in capitals or not: Kafka itself writes SCRAM-SHA-512. */
export const choice = <const W extends readonly string[]>(words: W, doc: SettingDoc & Presence) =>
  present(
    parsed(
      (value, fail): W[number] =>
        words.find((word) => word.toLowerCase() === value.toLowerCase()) ?? fail(`must be one of ${words.join(', ')}`),
    ),
    doc,
  );

const listOf = (value: string) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** The same items. None may occur twice: one of the two was meant to be another. */
function eachOnce<T extends string>(items: readonly T[], fail: (message: string) => never): readonly T[] {
  const twice = items.find((item, index) => items.indexOf(item) < index);
  return twice === undefined ? items : fail(`has ${JSON.stringify(twice)} twice: name each once`);
}

/** A comma-separated list of texts, each once, at least one. */
export const texts = (doc: SettingDoc & Presence) =>
  present(
    parsed((value, fail): readonly string[] => {
      const items = listOf(value);
      return items.length > 0 ? eachOnce(items, fail) : fail('must name at least one');
    }),
    doc,
  );

/** A comma-separated list, each item one of `words`, each once, at least one. */
export const choices = <const W extends readonly string[]>(words: W, doc: SettingDoc & Presence) =>
  present(
    parsed((value, fail): readonly W[number][] => {
      const found = listOf(value).map(
        (item) =>
          words.find((word) => word === item) ??
          fail(`has no ${JSON.stringify(item)}; choose from ${words.join(', ')}`),
      );
      return found.length > 0 ? eachOnce(found, fail) : fail(`must name at least one of ${words.join(', ')}`);
    }),
    doc,
  );

/** A comma-separated list of topics' names, each once, at least one. Topics that Sluice writes for itself are none of them. */
export const topics = (doc: SettingDoc & Presence) =>
  present(
    parsed((value, fail): readonly string[] => {
      const items = listOf(value);
      for (const item of items) {
        if (!/^[\w.-]{1,249}$/.test(item) || item === '.' || item === '..')
          fail(
            `has ${JSON.stringify(item)}, which no topic can be called: names have a to z, digits, ".", "_" and "-"`,
          );
        if (/^__|^cursors\.|\.dlq$|^(objects|dead-letters\.replayed)$/.test(item))
          fail(`has ${JSON.stringify(item)}, which Kafka or Sluice writes for itself`);
      }
      return items.length > 0 ? eachOnce(items, fail) : fail('must name at least one topic');
    }),
    doc,
  );

/** A comma-separated list of `host:port`, at least one. */
export const addresses = (doc: SettingDoc & Presence) =>
  present(
    parsed((value, fail): readonly string[] => {
      const items = listOf(value);
      const wrong = items.find((item) => {
        const port = /^[^\s:/]+:(\d{1,5})$|^\[[0-9a-fA-F:.]+\]:(\d{1,5})$/.exec(item);
        const number = Number(port?.[1] ?? port?.[2] ?? 0);
        return number < 1 || number > 65_535;
      });
      if (items.length === 0 || wrong !== undefined)
        fail('must be a comma-separated list of host:port, such as localhost:9092');
      return eachOnce(items, fail);
    }),
    doc,
  );

/** An address of one of the schemes, such as `mqtt`, without user and password: those are settings of their own. */
export const address = (doc: SettingDoc & Presence & { schemes: readonly string[]; example: string }) => {
  const { schemes, ...rest } = doc;
  return present(
    parsed((value, fail) => {
      const url = URL.parse(value);
      if (url === null || url.hostname === '' || !schemes.includes(url.protocol.slice(0, -1)))
        return fail(`must be an address such as ${doc.example}, with one of ${schemes.join(', ')}`);
      if (url.username !== '' || url.password !== '')
        return fail('must not carry a user name or password: those have settings of their own');
      return value;
    }),
    rest,
  );
};

/** An http or https address, given back without a slash at its end. */
export const httpUrl = (doc: SettingDoc & Presence) => present(parsed(checkedUrl), doc);

/** A comma-separated list of http or https addresses, at least one: see `httpUrl`. */
export const httpUrls = (doc: SettingDoc & Presence) =>
  present(
    parsed((value, fail): readonly string[] => {
      const items = listOf(value).map((item) => checkedUrl(item, fail));
      return items.length > 0
        ? eachOnce(items, fail)
        : fail('must name at least one address such as http://localhost:9200');
    }),
    doc,
  );

function checkedUrl(value: string, fail: (message: string) => never): string {
  const url = URL.parse(value);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    return fail('must be an address such as http://localhost:9200');
  if (url.username !== '' || url.password !== '') {
    return fail('must not carry a user name or password: those have settings of their own');
  }
  return value.replace(/\/+$/, '');
}

/** The path of a readable file; the setting's value is the file's text. */
export const fileContents = (doc: SettingDoc & Presence) => present(parsed(contentsOf), doc);

/** The path of a file of JSON of this form; the setting's value is what the file says. */
export const jsonFile = <T>(form: z.ZodType<T>, doc: SettingDoc & Presence) =>
  present(
    parsed((path, fail): T => {
      let json: unknown;
      try {
        json = JSON.parse(contentsOf(path, fail));
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        return fail(`must be a file of JSON, and that file is none: ${error.message}`);
      }
      const { data, error, success } = form.safeParse(json);
      if (success) return data;
      const mistakes = error.issues.map(
        (issue) => `${issue.path.join(' › ') || 'the file'} ${lowerCase(issue.message)}`,
      );
      return fail(`names a file with ${mistakes.length === 1 ? 'a mistake' : 'mistakes'}: ${mistakes.join('; ')}`);
    }),
    doc,
  );

const lowerCase = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);

/** The path of a file of certificates in PEM form, at least one; the setting's value is the file's text. */
export const certificates = (doc: SettingDoc & Presence) => present(parsed(certificatesOf), doc);

/** The path of a file with an unencrypted private key in PEM form; the setting's value is the file's text. */
export const privateKey = (doc: SettingDoc & Presence) => present(parsed(privateKeyOf), { ...doc, secret: true });

/**
 * The text of a file that is replaced while an app runs, such as a certificate before it expires. Each call reads the file. Where it
 * cannot be used, as it is just being written, the result is the text of the last call.
 */
export type RenewedText = () => string;

/** Like `certificates`, for an app that reads the file again for each connection. */
export const renewedCertificates = (doc: SettingDoc & Presence) => present(parsed(renewed(certificatesOf)), doc);

/** Like `privateKey`, for an app that reads the file again for each connection. */
export const renewedPrivateKey = (doc: SettingDoc & Presence) =>
  present(parsed(renewed(privateKeyOf)), { ...doc, secret: true });

type Fail = (message: string) => never;

function certificatesOf(path: string, fail: Fail): string {
  const contents = contentsOf(path, fail);
  const blocks = contents.match(/-----BEGIN (TRUSTED )?CERTIFICATE-----.*?-----END (TRUSTED )?CERTIFICATE-----/gs);
  if (blocks === null) return fail('must be a file with a certificate in PEM form; there is none in that file');
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch {
    return fail('must be a file of certificates in PEM form; one in that file cannot be read');
  }
  return contents;
}

function privateKeyOf(path: string, fail: Fail): string {
  const contents = contentsOf(path, fail);
  try {
    createPrivateKey(contents);
    return contents;
  } catch {
    return fail('must be a file with an unencrypted private key in PEM form; that file has none');
  }
}

const renewed =
  (textOf: (path: string, fail: Fail) => string) =>
  (path: string, fail: Fail): RenewedText => {
    let last = textOf(path, fail);
    return () => {
      try {
        last = textOf(path, (message) => {
          throw new Error(message);
        });
      } catch {
        // It is being replaced.
      }
      return last;
    };
  };

function contentsOf(path: string, fail: (message: string) => never): string {
  if (!existsSync(path)) fail('must be the path of a file; there is none at that path');
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return fail(`must be a file that this process can read (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
  }
}
