import { defineConfig } from 'vitest/config'

const long = process.env.RAI_TEST_LONG === '1'

/**
 * `unit` needs nothing but Node and git. `real` talks to real servers, which test/support/services.ts installs and
 * starts once for all of them. Files called *.long.test.ts run only under `npm run test:long`.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 150_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', ...(long ? ['test/**/*.long.test.ts'] : [])],
          exclude: ['test/**/*.real.test.ts', ...(long ? [] : ['test/**/*.long.test.ts'])],
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['test/**/*.real.test.ts', ...(long ? ['test/**/*.real.long.test.ts'] : [])],
          globalSetup: ['test/support/services.ts'],
        },
      },
    ],
  },
})
