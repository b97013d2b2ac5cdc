import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { homeFolder, RECIPE, wholeOrNot } from './cache'

const PLACES = ['/usr/local/go/bin/go', '/usr/lib/go/bin/go', '/opt/homebrew/bin/go', 'C:\\Program Files\\Go\\bin\\go.exe']
const LIMIT_MS = 60 * 60_000

/** The Go of this machine, or why it cannot be used. */
export interface Go {
  program: string
  version: string
}

// A toolchain that the module asks for is never fetched: an old Go fails with a plain sentence instead.
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, HOME: homeFolder(), GOTOOLCHAIN: 'local', GOFLAGS: '-buildvcs=false', GOWORK: 'off', CGO_ENABLED: '0' }
}

/** Finds Go on the PATH and where its installers put it, at the version that the recipe asks for or newer. */
export function findGo(): Go | { missing: string } {
  const wanted = /^go (\d+)\.(\d+)/m.exec(fs.readFileSync(path.join(RECIPE, 'go.mod'), 'utf8'))
  const [major, minor] = [Number(wanted?.[1]), Number(wanted?.[2])]
  let old = ''
  for (const program of ['go', ...PLACES]) {
    const said = spawnSync(program, ['env', 'GOVERSION'], { encoding: 'utf8', env: environment() })
    const found = /^go(\d+)\.(\d+)\S*/.exec(said.stdout ?? '')
    if (!found) continue
    if (Number(found[1]) > major || (Number(found[1]) === major && Number(found[2]) >= minor)) return { program, version: found[0] }
    old = found[0]
  }
  return {
    missing: old
      ? `${old} is too old: ${major}.${minor} is needed`
      : `there is no Go on this machine (${major}.${minor} or newer is needed)`,
  }
}

// Long work that must not be in anybody's way.
async function run(go: Go, args: readonly string[], cwd = RECIPE): Promise<string> {
  const child = spawn(go.program, args, { cwd, env: environment(), stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MS })
  if (child.pid) os.setPriority(child.pid, os.constants.priority.PRIORITY_LOW)
  let output = ''
  let complaints = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (complaints += chunk))
  const stop = () => child.kill('SIGTERM')
  process.once('exit', stop)
  const code = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (status, signal) => resolve(status ?? signal))
  })
  process.off('exit', stop)
  if (code !== 0) throw new Error(`go ${args[0]} failed (${code}): ${complaints.trim().split('\n').slice(-8).join('\n')}`)
  return output
}

/** What a program is built from: a module of ours that names the release, the package of its `main`, and the variables that are to say the release. */
export interface Source {
  recipe: string
  main: string
  stamps: Readonly<Record<string, string>>
}

/** Builds one program, stamped with its release: clients read it. Needs the module proxy for what Go has not fetched before. */
export function buildProgram(go: Go, { recipe, main, stamps }: Source, file: string): Promise<void> {
  const link = ['-s', '-w', ...Object.entries(stamps).map(([variable, value]) => `-X ${variable}=${value}`)]
  const flags = ['-mod=readonly', '-buildvcs=false', '-trimpath', '-p=2', `-ldflags=${link.join(' ')}`]
  return wholeOrNot(file, async (draft) => {
    await run(go, ['build', ...flags, '-o', draft, main], recipe)
  })
}

/** The folder of a module that Go keeps, fetched (and checked against the public checksums) when it is not there yet. */
export async function moduleFolder(go: Go, module: string): Promise<string> {
  return (JSON.parse(await run(go, ['mod', 'download', '-json', module])) as { Dir: string }).Dir
}
