import { provideBinaries } from './binaries'
import { provideCrdFiles } from './crd-files'
import { provideGateways } from './gateway/program'

/** Whether the tests can run here, and what was tried in vain. */
interface Provided {
  ready: boolean
  /** Clusters can be started here in which Deployments roll out. */
  own: boolean
  reasons: string[]
}

/** Gets everything that the tests against an API server need into the cache. `say` tells a person what is being done. */
export async function provide(say: (line: string) => void): Promise<Provided> {
  const own = process.env.USE_EXISTING_CLUSTER !== 'true'
  const { binaries, reasons } = own ? await provideBinaries(say) : { binaries: null, reasons: [] }
  if (own && !binaries) return { ready: false, own: false, reasons }
  try {
    await provideCrdFiles(say, ['gateway-api', 'kserve'])
  } catch (error) {
    return { ready: false, own: false, reasons: [...reasons, `the definitions of Gateway API and KServe: ${(error as Error).message}`] }
  }
  const lacking = own ? await provideGateways(say) : []
  return {
    ready: true,
    own: Boolean(binaries?.controllerManager),
    reasons: [...(binaries && !binaries.controllerManager ? reasons : []), ...lacking],
  }
}
