import type { TestProject } from 'vitest/node'
import { buildProcesses, generate } from './steps.mjs'
import { startThrowaway } from './throwaway-postgres.mjs'

declare module 'vitest' {
  interface ProvidedContext {
    /** Addresses without the database's name: the superuser's, the owner's and the application's. */
    postgres: { superuser: string; owner: string; app: string }
  }
}

/** Starts one PostgreSQL for the whole run, with a migrated template database, and stops it at the end. */
export default async function setup(project: TestProject) {
  await generate()
  // A process that does not build fails the tests that start it, not those of everything else.
  await buildProcesses().catch((error: Error) => console.error(error.message))
  const { address, stop } = await startThrowaway()
  project.provide('postgres', { superuser: address('postgres'), owner: address('slipway_owner'), app: address('slipway_app') })
  return stop
}
