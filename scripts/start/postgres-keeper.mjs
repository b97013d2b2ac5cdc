// Keeps the embedded PostgreSQL company: starts it, ends when it dies (and is then started again by the supervisor), and stops it
// when told to or when the supervisor is gone. The server itself is a daemon that knows nothing of the supervisor.
import { setTimeout as sleep } from 'node:timers/promises'
import { EmbeddedPostgres } from '../postgres.mjs'

// After the supervisor's death the others get this long to write down what they hold.
const ORPHAN_GRACE_MS = 1_500
const LOOK_EVERY_MS = 500

const [folder, port] = process.argv.slice(2)
const server = new EmbeddedPostgres({ folder, port: Number(port) })

function stop() {
  server.stop()
  process.exit(0)
}

process.on('SIGTERM', stop)
process.on('disconnect', async () => {
  await sleep(ORPHAN_GRACE_MS)
  stop()
})
server.start()
process.send?.('ready')
while (server.pid !== undefined) await sleep(LOOK_EVERY_MS)
console.error('PostgreSQL has ended')
process.exit(1)
