export * as settings from './settings.ts';
export { ConfigError, loadConfig, type Config, type Rule, type Settings } from './load-config.ts';
export { describeSettings, type SettingDescription } from './describe-settings.ts';
