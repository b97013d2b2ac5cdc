import { freePort } from '@/scripts/free-port.mjs'
import { driverContract } from '../contract'
import { DriverCluster, MISSING } from './cluster.fixture'

const cluster = new DriverCluster()

driverContract('kubernetes', async () => ({
  driver: cluster.driver,
  cluster: cluster.target(),
  unreachable: cluster.target({ server: `https://127.0.0.1:${await freePort()}` }),
  digests: ['a'.repeat(64), 'b'.repeat(64)],
  missing: MISSING,
  turns: true,
  close: async () => undefined,
}))
