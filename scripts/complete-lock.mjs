#!/usr/bin/env node
// Adds to package-lock.json the platform packages (macOS, Windows, musl ...) that an incomplete registry mirror could not show.
// Without them `npm ci` refuses the file it made itself, and other platforms miss their binaries. Run it after every `npm install`.
// `--check` changes nothing and fails when some are missing.
import fs from 'node:fs'

const FILE = 'package-lock.json'
const SYSTEMS = {
  darwin: 'darwin',
  macos: 'darwin',
  win32: 'win32',
  windows: 'win32',
  linux: 'linux',
  linuxmusl: 'linux',
  android: 'android',
  freebsd: 'freebsd',
  openbsd: 'openbsd',
  netbsd: 'netbsd',
  sunos: 'sunos',
  aix: 'aix',
  openharmony: 'openharmony',
}
const CPUS = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32']

/** Looks a package up as Node would from the folder `from`: its own node_modules, then each parent's. */
function isLocked(packages, from, name) {
  for (let dir = from; ; dir = dir.slice(0, dir.lastIndexOf('/node_modules/'))) {
    if (packages[`${dir ? `${dir}/` : ''}node_modules/${name}`]) return true
    if (!dir.includes('/node_modules/')) return Boolean(packages[`node_modules/${name}`])
  }
}

/** The lock entry of an optional platform package, read from its name, or undefined when the name tells no platform. */
function entryFor(name, version, dev) {
  const parts = name.split('/').pop().split(/[-_]/)
  const os = parts.map((part) => SYSTEMS[part]).find(Boolean)
  const cpu = parts.find((part) => CPUS.includes(part))
  if (!os && !cpu) return undefined
  return {
    version: version.replace(/^[\^~]/, ''),
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(dev ? { dev: true } : {}),
    ...(name.includes('musl') ? { libc: ['musl'] } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
  }
}

function complete(packages) {
  let added = 0
  for (const [from, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isLocked(packages, from, name)) continue
      const made = entryFor(name, version, entry.dev)
      if (!made) {
        console.error(`${name}@${version} (of ${from || 'this package'}) names no platform: left out`)
        continue
      }
      packages[`node_modules/${name}`] = made
      added++
    }
  }
  return added
}

const lock = JSON.parse(fs.readFileSync(FILE, 'utf8'))
const added = complete(lock.packages)
if (process.argv.includes('--check')) {
  console.log(added === 0 ? `${FILE} is complete` : `${FILE} lacks ${added} platform packages: run node scripts/complete-lock.mjs`)
  process.exit(added === 0 ? 0 : 1)
}
const { '': own, ...rest } = lock.packages
lock.packages = { '': own, ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))) }
fs.writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${FILE}: ${added} platform packages added`)
