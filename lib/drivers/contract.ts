import { afterAll, beforeAll, describe } from 'vitest'
import { capacityKept } from './contract-capacity'
import { fencesKept, removalKept } from './contract-fences'
import { mirrorKept } from './contract-mirror'
import { readsKept } from './contract-reads'
import { ContractRun, type ContractSetup } from './contract-run'

/** The promises every driver keeps: call it in the driver's integration test. `setup` runs once, before the first test. */
export function driverContract(name: string, setup: () => Promise<ContractSetup>): void {
  describe(`${name} driver`, () => {
    const run = new ContractRun()
    beforeAll(async () => run.open(await setup()))
    afterAll(() => run.it.close())
    fencesKept(run)
    removalKept(run)
    capacityKept(run)
    mirrorKept(run)
    readsKept(run)
  })
}
