import type { TestProject } from 'vitest/node'
import { buildProcesses } from '@/scripts/steps.mjs'
import { type ClusterAccess, startApiServer } from './api-server'
import { installCrds } from './crds'

declare module 'vitest' {
  interface ProvidedContext {
    /** The API server of the whole run. */
    apiServer: ClusterAccess
  }
}

/** Builds what pods run, and starts one API server for all test files, with the definitions of Gateway API and KServe. */
export default async function setup(project: TestProject) {
  await buildProcesses()
  const { restart, kill, stop, ...access } = await startApiServer({ name: 'shared' })
  try {
    await installCrds(access, ['gateway-api', 'kserve'])
  } catch (error) {
    await stop()
    throw error
  }
  project.provide('apiServer', access)
  return stop
}
