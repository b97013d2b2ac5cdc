// One supervisor per data folder. The lock file names it and its children, so that a start after a kill -9 can wait for what is left.
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { noteOf, stillRuns } from './process-id.mjs'
import { StartError } from './settings.mjs'

const STALE_MUTEX_MS = 10_000
const LEFTOVER_MS = 15_000

function read(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}

function write(file, content) {
  fs.writeFileSync(`${file}.new`, JSON.stringify(content))
  fs.renameSync(`${file}.new`, file)
}

// Between reading a dead owner's lock and writing one's own, another start could do the same: making a folder is atomic.
async function withMutex(folder, work) {
  for (;;) {
    try {
      fs.mkdirSync(folder)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const age = Date.now() - (fs.statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    if (age > STALE_MUTEX_MS) fs.rmSync(folder, { recursive: true, force: true })
    else await sleep(50)
  }
  try {
    return work()
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

async function endLeftovers(children) {
  const deadline = Date.now() + LEFTOVER_MS
  while (children.some(stillRuns)) {
    if (Date.now() > deadline) for (const child of children.filter(stillRuns)) process.kill(child.pid, 'SIGKILL')
    await sleep(100)
  }
}

/**
 * Takes the data folder for this process, or throws and says who has it. Waits until the children of a killed supervisor have
 * ended. Returns `note(children)`, which writes down `[{ name, pid }]`, and `release()`.
 */
export async function takeLock(dataDir, url) {
  const file = path.join(dataDir, 'supervisor.json')
  const self = { ...noteOf(process.pid), url }
  const leftovers = await withMutex(`${file}.mutex`, () => {
    const held = read(file)
    if (held && stillRuns(held)) {
      throw new StartError(
        `Slipway already runs on this data folder: process ${held.pid}, ${held.url}. ` +
          'Stop it first, or start a second one beside it: SLIPWAY_DATA_DIR=.slipway-2 PORT=4000 npm start',
      )
    }
    const children = held?.children ?? []
    write(file, { ...self, children })
    return children
  })
  await endLeftovers(leftovers)
  return {
    note: (children) => write(file, { ...self, children: children.map(({ name, pid }) => ({ name, ...noteOf(pid) })) }),
    release: () => fs.rmSync(file, { force: true }),
  }
}
