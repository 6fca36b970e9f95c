import { flag } from './settings.ts';

/** Of every app and command that has credentials. */
export const plaintextSettings = {
  ALLOW_PLAINTEXT_CREDENTIALS: flag({
    description: 'Whether passwords, keys and tokens may be sent without TLS to another host than this one',
    default: 'false',
  }),
};

/**
 * Refuses credentials that others on the network could read; addresses of this machine are allowed.
 *
 * @param credentials the name of the setting that holds them; undefined where it is not set
 * @param addresses where they are sent without TLS: addresses or `host:port`
 * @returns the sentence of a rule
 */
export function plaintextCredentials(
  config: { ALLOW_PLAINTEXT_CREDENTIALS: boolean },
  credentials: string | undefined,
  addresses: readonly string[],
  fix: string,
): string | undefined {
  if (config.ALLOW_PLAINTEXT_CREDENTIALS || credentials === undefined) return undefined;
  const other = addresses.find((address) => !isThisHost(address));
  return other === undefined
    ? undefined
    : `${credentials} would be sent to ${other} without TLS: ${fix}, or set ALLOW_PLAINTEXT_CREDENTIALS=true where nobody else can listen`;
}

/** Those of the addresses that are used without TLS. */
export const withoutTls = (addresses: readonly string[]): readonly string[] =>
  addresses.filter((address) => /^(http|ws|mqtt):/i.test(address));

function isThisHost(address: string): boolean {
  const host = URL.parse(address.includes('://') ? address : `http://${address}`)?.hostname ?? '';
  return host === 'localhost' || host.endsWith('.localhost') || /^127(\.\d+){3}$/.test(host) || host === '[::1]';
}
