// A Chromium for the browser tests: one that is there, else Playwright's own, else Debian's package when root.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { chromium } from '@playwright/test'
import { ROOT } from './steps.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const MACOS = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']

/** The path of a Chromium on this machine (CHROMIUM_PATH wins), or undefined. */
export function findChromium(env = process.env) {
  if (env.CHROMIUM_PATH) return env.CHROMIUM_PATH
  const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean)
  const candidates = [...folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))), ...MACOS, chromium.executablePath()]
  return candidates.find((file) => fs.existsSync(file))
}

function succeeds(program, args) {
  return spawnSync(program, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
}

function installFromDebian() {
  if (process.platform !== 'linux' || process.getuid() !== 0 || !fs.existsSync('/usr/bin/apt-get')) return false
  // Another installation may hold the lock: wait for it.
  const apt = ['-o', 'DPkg::Lock::Timeout=120']
  return (
    succeeds('apt-get', [...apt, 'update', '-q']) && succeeds('apt-get', [...apt, 'install', '-yq', '--no-install-recommends', 'chromium'])
  )
}

/** Finds a Chromium, or installs one; undefined when neither can be done. */
export function provideChromium() {
  const found = findChromium()
  if (found) return found
  console.log('No Chromium here: installing one for the browser tests ...')
  const playwright = path.join(ROOT, 'node_modules/@playwright/test/cli.js')
  return succeeds(process.execPath, [playwright, 'install', 'chromium']) || installFromDebian() ? findChromium() : undefined
}
