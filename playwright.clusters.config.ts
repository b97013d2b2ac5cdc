import { defineConfig } from '@playwright/test'
import journeys from './playwright.config'

// The journeys over real API servers, as `npm run test:clusters` runs them: the same house, and clusters of their own.
export default defineConfig(journeys, { testDir: 'e2e/clusters', testIgnore: [], timeout: 600_000 })
