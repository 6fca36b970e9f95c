import { resolve } from 'node:path';

/** The checkout. `start` runs the apps from their sources. */
export const workspaceRoot = resolve(import.meta.dirname, '../../../..');
