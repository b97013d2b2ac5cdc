import fs from 'node:fs'
import path from 'node:path'
import { isFree } from '../free-port.mjs'
import { ROOT } from '../steps.mjs'
import { StartError } from './settings.mjs'

const MB = 1024 * 1024
// What a first start needs (packages, build, database, example) and what a later one should find.
const NEEDED = { first: 2500 * MB, later: 300 * MB }

/** Throws when the disks of the checkout or of the data folder are as good as full. */
export function checkDisk(dataDir) {
  const first = !fs.existsSync(path.join(ROOT, 'node_modules'))
  for (const [folder, needed] of [
    [ROOT, first ? NEEDED.first : NEEDED.later],
    [dataDir, NEEDED.later],
  ]) {
    const { bavail, bsize } = fs.statfsSync(folder)
    if (bavail * bsize >= needed) continue
    const [has, wants] = [bavail * bsize, needed].map((bytes) => Math.round(bytes / MB))
    throw new StartError(`The disk of ${folder} has ${has} MB left, and Slipway needs ${wants} MB. Free some space and start again.`)
  }
}

/** Throws when a port that a process of ours will listen on is taken, and says how to choose others. */
export async function checkPorts(settings) {
  const wanted = [
    { port: settings.port, host: settings.host, who: 'web' },
    { port: settings.enginePort, host: '127.0.0.1', who: 'engine' },
    { port: settings.adminPort, host: '127.0.0.1', who: 'local cluster' },
    ...settings.gateways.map(({ name, port }) => ({ port, host: settings.host, who: `gateway of ${name}` })),
  ]
  for (const { port, host, who } of wanted) {
    if (await isFree(port, host)) continue
    throw new StartError(
      `Port ${port} (${who}) on ${host} is taken by another program. Choose others: PORT=4000 npm start ` +
        `(Slipway uses PORT, PORT+1, PORT+2 and PORT+10 to PORT+${9 + settings.gateways.length}).`,
    )
  }
}
