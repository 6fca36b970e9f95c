/**
 * An error of a vendor client that got no answer, with the setting that resolves it where that is known; else the error as it is.
 *
 * @param cluster.addressSetting the setting that has the address
 * @param cluster.authoritySetting the setting that has the certificate authority
 */
export function connectionProblem(
  error: Error,
  cluster: { product: string; addressSetting: string; authoritySetting: string },
): Error {
  const { product, addressSetting, authoritySetting } = cluster;
  const { message } = error;
  const hint = /wrong.version.number|packet.length.too.long|record.layer.failure/i.test(message)
    ? `let ${addressSetting} begin with http:// if this port does not speak TLS`
    : /ALTNAME|does not match certificate/i.test(message)
      ? `set ${addressSetting} to a name that its certificate has`
      : /certificate|self.?signed/i.test(message)
        ? `set ${authoritySetting} to the authority that signed it`
        : /other side closed|socket hang up|ECONNRESET|HTTPParser|Parse Error/i.test(message)
          ? `if this port speaks TLS, let ${addressSetting} begin with https://`
          : undefined;
  if (hint === undefined) return error;
  return new Error(`${product} cannot be reached: ${message.replaceAll(/\s+/g, ' ').trim()}; ${hint}`, {
    cause: error,
  });
}
