import { closeDatabase } from '@/lib/db'
import { installClock, nextMinute } from './clock.fixture'
import { Simulation } from './simulation.fixture'

// A worker of `npm run simulate`: asks for a seed, tells what became of it, and asks again.

const startMs = nextMinute()

process.on('message', async (message: { seed?: number; echo?: boolean; end?: boolean }) => {
  if (message.seed === undefined) {
    await closeDatabase()
    process.disconnect()
    return
  }
  const before = process.cpuUsage()
  const echo = message.echo ? (line: string) => void process.stdout.write(`${line}\n`) : undefined
  const { lines: _, ...told } = await new Simulation(message.seed, startMs, echo).run()
  const { user, system } = process.cpuUsage(before)
  process.send?.({ ...told, cpuMs: (user + system) / 1_000 })
})

await installClock(process.argv[2] ?? '', startMs)
process.send?.({ ready: true })
