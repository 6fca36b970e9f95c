/**
 * Whether an address is a service of Google's: `storage.googleapis.com`, `private.googleapis.com`, `restricted.googleapis.com`, and
 * Private Service Connect's `storage-….p.googleapis.com`, over TLS
 * (https://cloud.google.com/vpc/docs/configure-private-google-access).
 */
function isGoogleService(url: string): boolean {
  const address = URL.parse(url);
  return address?.protocol === 'https:' && /(^|\.)googleapis\.com$/.test(address.hostname);
}

/**
 * Whether Google's access token may be sent to an address. Called for each endpoint that a setting can change; over http:// nothing
 * allows it.
 *
 * @param allowed what the setting says that allows other hosts
 */
export const takesGoogleCredentials = (url: string, allowed: boolean): boolean =>
  isGoogleService(url) || (allowed && URL.parse(url)?.protocol === 'https:');
