import { defineConfig } from 'vitest/config'

const exclude = ['node_modules/**', '.next*/**', 'dist/**', 'e2e/**', '.slipway/**']
const alias = { '@': import.meta.dirname, 'server-only': `${import.meta.dirname}/node_modules/server-only/empty.js` }

export default defineConfig({
  resolve: { alias },
  test: {
    // Two projects: `npx vitest run --project unit` needs nothing, `--project integration` starts PostgreSQL once.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...exclude, '**/*.int.test.ts'],
          restoreMocks: true,
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
    ],
  },
})
