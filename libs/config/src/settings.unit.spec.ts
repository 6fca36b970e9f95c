import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from './load-config.ts';
import * as settings from './settings.ts';
import { testCertificate, testPrivateKey } from './testing.ts';

const description = 'Something to set';

const read = <T>(setting: settings.Setting<T>, text: string | undefined): T =>
  loadConfig('app', { APP_THING: setting }, { APP_THING: text }).APP_THING;

/** The sentence about a value that is refused. */
function refusal(setting: settings.Setting<unknown>, text: string): string {
  try {
    read(setting, text);
  } catch (error) {
    return String(error).split('\n').slice(1).join('\n').trim();
  }
  throw new Error(`${JSON.stringify(text)} was accepted`);
}

describe('text', () => {
  it('is trimmed', () => expect(read(settings.text({ description }), '  a b ')).toBe('a b'));
});

describe('address', () => {
  const setting = settings.address({ description, schemes: ['mqtt', 'wss'], example: 'mqtt://broker:1883' });
  it.each(['mqtt://broker', 'mqtt://10.0.0.1:1883', 'wss://broker/mqtt'])('reads %j', (text) =>
    expect(read(setting, text)).toBe(text),
  );
  it.each(['broker:1883', 'http://broker', 'mqtt://'])('refuses %j', (text) =>
    expect(refusal(setting, text)).toContain('must be an address such as mqtt://broker:1883, with one of mqtt, wss'),
  );
  it('refuses a password, without repeating it', () => {
    expect(refusal(setting, 'mqtt://me:hush@broker')).toContain('must not carry a user name or password');
    expect(refusal(setting, 'mqtt://me:hush@broker')).not.toContain('hush');
  });
});

describe('word', () => {
  it('is trimmed', () => expect(read(settings.word({ description }), ' site-2_b ')).toBe('site-2_b'));
  it.each(['a b', 'a.b', 'a/b', 'é', 'x'.repeat(101)])('refuses %j', (text) =>
    expect(refusal(settings.word({ description }), text)).toContain('must be letters, digits, - and _'),
  );
});

describe('topics', () => {
  const setting = settings.topics({ description });
  it('reads names of topics', () =>
    expect(read(setting, 'orders, Shop.Orders_2')).toEqual(['orders', 'Shop.Orders_2']));
  it.each([
    ['or ders', 'which no topic can be called'],
    ['bestellungen-für-alle', 'which no topic can be called'],
    ['..', 'which no topic can be called'],
    ['orders.dlq', 'which Kafka or Sluice writes for itself'],
    ['__consumer_offsets', 'which Kafka or Sluice writes for itself'],
    ['objects', 'which Kafka or Sluice writes for itself'],
    ['orders,orders', 'has "orders" twice'],
    [',', 'must name at least one topic'],
  ])('refuses %j', (text, reason) => expect(refusal(setting, text)).toContain(reason));
});

describe('texts', () => {
  it('are trimmed', () =>
    expect(read(settings.texts({ description }), ' 아이돌, a b ,bts,,')).toEqual(['아이돌', 'a b', 'bts']));
  it('refuses what is there twice', () =>
    expect(refusal(settings.texts({ description }), 'bts, a,bts')).toBe(
      'APP_THING has "bts" twice: name each once; it is "bts, a,bts"',
    ));
  it('refuses a list of nothing', () =>
    expect(refusal(settings.texts({ description }), ' , ')).toContain('must name at least one'));
});

describe('integer', () => {
  it.each([
    ['0', 0],
    ['42', 42],
    [' 7 ', 7],
    ['007', 7],
  ])('reads %j', (text, value) => expect(read(settings.integer({ description }), text)).toBe(value));

  it.each(['x', '1.5', '1e3', '0x10', '-1', '1 000', '10ms', 'Infinity'])('refuses %j', (text) =>
    expect(refusal(settings.integer({ description }), text)).toBe(
      `APP_THING must be a whole number of at least 0; it is "${text}"`,
    ),
  );

  it('holds its bounds, both included', () => {
    const percent = settings.integer({ description, min: -5, max: 5 });
    expect([read(percent, '-5'), read(percent, '5')]).toEqual([-5, 5]);
    for (const text of ['-6', '6'])
      expect(refusal(percent, text)).toBe(`APP_THING must be a whole number from -5 to 5; it is "${text}"`);
  });

  it('names the bound that is passed: the greatest number that is exact, where there is no other', () =>
    expect(refusal(settings.integer({ description, min: 1 }), '9007199254740993')).toBe(
      'APP_THING must be a whole number from 1 to 9007199254740991; it is "9007199254740993"',
    ));

  it('holds its multiple', () => {
    const kibibytes = settings.integer({ description, multipleOf: 1024 });
    expect(read(kibibytes, '2048')).toBe(2048);
    expect(refusal(kibibytes, '2000')).toContain('a whole number of at least 0, a multiple of 1024');
  });
});

describe('flag', () => {
  it.each([
    ['true', true],
    ['false', false],
  ])('reads %s', (text, value) => expect(read(settings.flag({ description }), text)).toBe(value));

  it.each(['yes', '1', 'TRUE'])('refuses %s', (text) =>
    expect(refusal(settings.flag({ description }), text)).toBe(`APP_THING must be true or false; it is "${text}"`),
  );
});

describe('choice', () => {
  const colour = settings.choice(['red', 'green'], { description });
  it('reads one of its words', () => expect(read(colour, 'green')).toBe('green'));
  it.each(['GREEN', 'Green'])('reads it in capitals too: %s', (text) => expect(read(colour, text)).toBe('green'));
  it.each(['blue', 'red,green'])('refuses %s', (text) =>
    expect(refusal(colour, text)).toBe(`APP_THING must be one of red, green; it is "${text}"`),
  );
});

describe('choices', () => {
  const colours = settings.choices(['red', 'green'], { description });
  it('reads a list of its words', () => expect(read(colours, 'green, red,')).toEqual(['green', 'red']));
  it('names the word that it does not have', () =>
    expect(refusal(colours, 'red,blue')).toBe('APP_THING has no "blue"; choose from red, green; it is "red,blue"'));
  it('does not repeat a value that is that word', () =>
    expect(refusal(colours, ' blue')).toBe('APP_THING has no "blue"; choose from red, green'));
  it('refuses a word that is there twice', () =>
    expect(refusal(colours, 'red,green,red')).toBe('APP_THING has "red" twice: name each once; it is "red,green,red"'));
  it('refuses a list of nothing', () =>
    expect(refusal(colours, ' , ')).toBe('APP_THING must name at least one of red, green; it is " , "'));
});

describe('addresses', () => {
  const brokers = settings.addresses({ description });
  it('refuses one that is there twice', () =>
    expect(refusal(brokers, 'a:1,b:2,a:1')).toContain('APP_THING has "a:1" twice'));
  it.each([
    ['localhost:9092', ['localhost:9092']],
    ['a:1, b.example:65535 ,', ['a:1', 'b.example:65535']],
    ['[::1]:9092,10.0.0.1:9093', ['[::1]:9092', '10.0.0.1:9093']],
  ])('reads %s', (text, value) => expect(read(brokers, text)).toEqual(value));

  it.each([
    'nonsense',
    'localhost',
    'localhost:',
    ':9092',
    'localhost:0',
    'localhost:65536',
    'localhost:http',
    'http://localhost:9092',
    '::1:9092',
    'a:1;b:2',
    'a:1,b',
    ',',
  ])('refuses %j', (text) =>
    expect(refusal(brokers, text)).toBe(
      `APP_THING must be a comma-separated list of host:port, such as localhost:9092; it is "${text}"`,
    ),
  );
});

describe('httpUrl', () => {
  const url = settings.httpUrl({ description });
  it.each([
    ['http://localhost:9200', 'http://localhost:9200'],
    ['https://registry.example/apis/ccompat/v7//', 'https://registry.example/apis/ccompat/v7'],
  ])('reads %s', (text, value) => expect(read(url, text)).toBe(value));

  it.each(['localhost:9200', 'nonsense', 'ftp://localhost', 'http://', 'http://a b'])('refuses %j', (text) =>
    expect(refusal(url, text)).toBe(`APP_THING must be an address such as http://localhost:9200; it is "${text}"`),
  );

  it.each(['http://me@localhost', 'http://me:pass@localhost', 'http://:pass@localhost'])('sends away %s', (text) =>
    expect(refusal(url, text)).toBe(
      'APP_THING must not carry a user name or password: those have settings of their own; it is "http://…@localhost"',
    ),
  );
});

describe('httpUrls', () => {
  const urls = settings.httpUrls({ description });
  it('reads a list', () => expect(read(urls, 'http://a:1/, https://b')).toEqual(['http://a:1', 'https://b']));
  it('refuses a list with one that is wrong', () =>
    expect(refusal(urls, 'http://a:1,b')).toContain('must be an address such as http://localhost:9200'));
  it('refuses a list of nothing', () => expect(refusal(urls, ',')).toContain('must name at least one address'));
});

describe('fileContents', () => {
  const certificate = settings.fileContents({ description });
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-settings-'));
    writeFileSync(join(folder, 'ca.pem'), 'PEM\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads the text of the file', () => expect(read(certificate, join(folder, 'ca.pem'))).toBe('PEM\n'));
  it('refuses a path without a file', () =>
    expect(refusal(certificate, '/no/such/file')).toBe(
      'APP_THING must be the path of a file; there is none at that path; it is "/no/such/file"',
    ));
  it('refuses a folder', () =>
    expect(refusal(certificate, folder)).toContain('must be a file that this process can read (EISDIR)'));
});

describe('optional', () => {
  const pause = settings.optional(settings.integer({ description, min: 1 }));
  it('is undefined when not set', () => expect(read(pause, undefined)).toBeUndefined());
  it('reads and refuses like the setting it is made of', () => {
    expect(read(pause, '3')).toBe(3);
    expect(refusal(pause, '0')).toContain('must be a whole number of at least 1');
  });
});

describe('a default', () => {
  it('is read like a value from the environment', () =>
    expect(read(settings.addresses({ description, default: 'a:1,b:2' }), undefined)).toEqual(['a:1', 'b:2']));
});

describe('certificates and keys', () => {
  const [certificates, key] = [settings.certificates({ description }), settings.privateKey({ description })];
  let folder: string;
  const fileWith = (text: string): string => {
    const file = join(folder, 'file.pem');
    writeFileSync(file, text);
    return file;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-settings-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are read as the text of the file', () => {
    const both = `A comment\n${testCertificate}\n${testCertificate}`;
    expect(read(certificates, fileWith(both))).toBe(both);
    expect(read(key, fileWith(testPrivateKey))).toBe(testPrivateKey);
  });

  it.each([
    ['an empty file', '', 'there is none in that file'],
    ['a key in place of a certificate', testPrivateKey, 'there is none in that file'],
    ['a bundle of which one is damaged', testCertificate + testCertificate.replace('MI', 'AA'), 'cannot be read'],
  ])('refuse %s', (_, text, reason) => expect(refusal(certificates, fileWith(text))).toContain(reason));

  it('are read again where they are renewed; a file that is being written does not count', () => {
    const file = fileWith(testCertificate);
    const text = read(settings.renewedCertificates({ description }), file);
    const two = testCertificate + testCertificate;
    expect(text()).toBe(testCertificate);
    fileWith(testCertificate.slice(0, 100));
    expect(text()).toBe(testCertificate);
    fileWith(two);
    expect(text()).toBe(two);
    const key = read(settings.renewedPrivateKey({ description }), fileWith(testPrivateKey));
    fileWith('');
    expect(key()).toBe(testPrivateKey);
    expect(refusal(settings.renewedCertificates({ description }), fileWith(''))).toContain(
      'there is none in that file',
    );
  });

  it('refuses a certificate in place of a key', () =>
    expect(refusal(key, fileWith(testCertificate))).toBe(
      'APP_THING must be a file with an unencrypted private key in PEM form; that file has none',
    ));
});
