import { driverContract } from './contract'
import type { ContractSetup } from './contract-run'
import { FakeCluster, fakeDriver } from './fake'

driverContract('fake', async (): Promise<ContractSetup> => {
  const cluster = new FakeCluster(Date.now)
  const missing = 'e'.repeat(64)
  cluster.faults.neverReady.add(missing)
  const target = (id: string) => ({ id, name: id, config: {}, credential: '' })
  return {
    driver: fakeDriver(new Map([['here', cluster]])),
    cluster: target('here'),
    unreachable: target('nowhere'),
    digests: ['a'.repeat(64), 'b'.repeat(64)],
    missing,
    close: async () => undefined,
  }
})
