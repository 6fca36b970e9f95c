import { defineConfig } from 'vitest/config';

// The kind of a test is its suffix: *.unit.spec.ts touches nothing, *.int.spec.ts real servers, tests/e2e whole processes.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{apps,libs,tools,tests}/**/*.unit.spec.ts'],
          environment: 'node',
          // Random campaigns take long on a loaded machine; nothing is said about speed.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'int',
          include: ['{apps,libs,tools,tests}/**/*.int.spec.ts'],
          environment: 'node',
          globalSetup: ['libs/testkit/src/vitest-stack.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/**/*.e2e.spec.ts'],
          environment: 'node',
          // Each starts whole stacks of processes.
          maxWorkers: 1,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
    // Two cores are shared with the servers under test.
    maxWorkers: 2,
  },
});
