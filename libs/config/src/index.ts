export * as settings from './settings.ts';
export { ConfigError, loadConfig, type Config, type Rule, type Settings } from './load-config.ts';
export { describeSettings, type SettingDescription } from './describe-settings.ts';
export { takesGoogleCredentials } from './google-credentials.ts';
export { plaintextCredentials, plaintextSettings, withoutTls } from './plaintext-credentials.ts';
