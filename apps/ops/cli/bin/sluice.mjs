#!/usr/bin/env node
// What `npm link` puts on the path. Any Node from 22.13 on starts it; the program itself runs on the Node that the workspace pins.
process.argv.splice(2, 0, 'apps/ops/cli/src/main.ts');
await import(new URL('../../../../tools/bootstrap.mjs', import.meta.url).href);
