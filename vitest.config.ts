import { defineConfig } from 'vitest/config'

const exclude = ['node_modules/**', '.next*/**', 'dist/**', 'e2e/**', '.slipway/**']
const alias = { '@': import.meta.dirname, 'server-only': `${import.meta.dirname}/node_modules/server-only/empty.js` }

export default defineConfig({
  resolve: { alias },
  test: {
    // `npx vitest run --project unit` needs nothing, `--project integration` starts PostgreSQL once, `--project clusters` a Kubernetes API server.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...exclude, '**/*.int.test.ts', '**/*.cluster.test.ts'],
          restoreMocks: true,
          // A bound for what hangs: simulated canaries take seconds on a busy machine.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['**/*.int.test.ts'],
          exclude,
          globalSetup: ['scripts/test-server.ts'],
          setupFiles: ['scripts/test-environment.ts'],
          restoreMocks: true,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'clusters',
          include: ['**/*.cluster.test.ts'],
          exclude,
          globalSetup: ['tools/k8s/global-setup.ts'],
          restoreMocks: true,
          // An API server needs seconds of a core for what else takes milliseconds: on a busy machine that is minutes.
          testTimeout: 180_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
