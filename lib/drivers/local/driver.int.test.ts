import { ClusterProcess } from '@/lib/serving/testing/cluster-process'
import { TestWeb } from '@/lib/serving/testing/web'
import { freePort } from '@/scripts/free-port.mjs'
import { driverContract } from '../contract'
import { localDriver } from './driver'

driverContract('local', async () => {
  const web = new TestWeb()
  const digests: [string, string] = [web.publish('examples/flights/live.onnx'), web.publish('examples/flights/better.onnx')]
  const cluster = new ClusterProcess(await web.open(), web.identityToken)
  await cluster.start()
  const nobody = { adminUrl: `http://127.0.0.1:${await freePort()}` }
  return {
    driver: localDriver,
    cluster: cluster.target,
    unreachable: { ...cluster.target, config: nobody },
    digests,
    missing: 'f'.repeat(64),
    async close() {
      await cluster.kill('SIGTERM')
      await web.close()
    },
  }
})
