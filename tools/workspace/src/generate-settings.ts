import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { format } from 'prettier';
import { describeSettings, type SettingDescription, type Settings } from '@sluice/config';
import { betweenMarkers } from './between-markers.ts';

/** For each app: the table of its settings in its README, and its `.env.example`. */
export async function generateSettings(): Promise<{ path: string; text: string }[]> {
  const configs = globSync('apps/{sources,processors,sinks,ops}/*/src/config.ts').sort();
  const files = await Promise.all(
    configs.map(async (config) => {
      const folder = dirname(dirname(config));
      const settings = describeSettings(await settingsOf(config));
      const readme = join(folder, 'README.md');
      const example = { path: join(folder, '.env.example'), text: environmentExample(settings) };
      if (!existsSync(readme)) return [example];
      const text = betweenMarkers(readFileSync(readme, 'utf8'), 'settings', table(settings), readme);
      return [
        example,
        { path: readme, text: await format(text, { parser: 'markdown', singleQuote: true, printWidth: 120 }) },
      ];
    }),
  );
  return files.flat();
}

/** The one export of a config.ts whose name ends in `Settings`. */
async function settingsOf(config: string): Promise<Settings> {
  const module = (await import(resolve(config))) as Record<string, unknown>;
  const found = Object.entries(module).find(([name]) => name.endsWith('Settings'));
  if (found === undefined) throw new Error(`${config} exports no …Settings`);
  return found[1] as Settings;
}

function table(settings: readonly SettingDescription[]): string {
  const rows = settings.map(({ name, description, default: fallback, example, required }) => {
    const presence = fallback !== undefined ? `\`${fallback}\`` : required ? 'required' : '';
    const shown = example === undefined ? '' : `, such as \`${example}\``;
    return `| \`${name}\` | ${description}${shown} | ${presence} |`;
  });
  return ['| variable | what | default |', '| --- | --- | --- |', ...rows].join('\n');
}

function environmentExample(settings: readonly SettingDescription[]): string {
  const lines = settings.map(({ name, description, default: fallback, example, required }) => {
    const line = `${name}=${fallback ?? example ?? ''}`;
    return `# ${description}\n${required ? line : `# ${line}`}\n`;
  });
  return `# Every setting with its default, or an example. Generated: see the README.\n\n${lines.join('\n')}`;
}
