import { readFileSync, statSync } from 'node:fs';
import type { AppRole } from '../api/overview.ts';

/** Where an app serves `/metrics` and `/ready`, and what else is known of it. */
export interface AppTarget {
  /** Undefined while it does not run. */
  url: string | undefined;
  app: string | undefined;
  role: AppRole | undefined;
  /** Why it does not run, as what started it says. */
  reason: string | undefined;
}

/** An entry of Prometheus' file_sd_config, https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config. */
interface FileEntry {
  targets?: readonly string[];
  labels?: Readonly<Record<string, string>>;
}

const roles: readonly AppRole[] = ['source', 'processor', 'sink'];

/**
 * The apps to look at: those of a list, and those of a file, which is read again when it changes. In the file the labels `app`, `role` and
 * `__reason` say what an app without an address is; Prometheus drops labels that begin with `__`.
 */
export function appTargets(urls: readonly string[], file: string | undefined): () => readonly AppTarget[] {
  const listed = urls.map((url): AppTarget => ({ url, app: undefined, role: undefined, reason: undefined }));
  let read: { changedMs: number; targets: readonly AppTarget[] } = { changedMs: -1, targets: [] };
  return () => {
    if (file === undefined) return listed;
    try {
      const changedMs = statSync(file).mtimeMs;
      if (changedMs !== read.changedMs) read = { changedMs, targets: parse(readFileSync(file, 'utf8')) };
    } catch {
      // It is being written, or does not exist yet: what was read stays.
    }
    return [...listed, ...read.targets];
  };
}

function parse(text: string): AppTarget[] {
  return (JSON.parse(text) as readonly FileEntry[]).flatMap(({ targets = [], labels = {} }): AppTarget[] => {
    const known = {
      app: labels['app'],
      role: roles.find((role) => role === labels['role']),
      reason: labels['__reason'],
    };
    return targets.length === 0
      ? [{ url: undefined, ...known }]
      : targets.map((target) => ({ url: `${labels['__scheme__'] ?? 'http'}://${target}`, ...known }));
  });
}
