#!/usr/bin/env node
// `npm run rescue -- list | return ENDPOINT [--to VERSION]`: with web and database down. It needs the data folder of an engine's host, and nothing else that runs.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { ROOT } from './steps.mjs'

const dataDir = path.resolve(ROOT, process.env.SLIPWAY_DATA_DIR || '.slipway')
const keysFile = path.join(dataDir, 'keys.json')
const bundle = path.join(ROOT, 'dist/rescue.mjs')

function refuse(says) {
  console.error(says)
  process.exit(1)
}

if (!process.env.SLIPWAY_SEALING_KEY && !fs.existsSync(keysFile))
  refuse(
    `There is no ${keysFile}. Run this on the engine's host, with SLIPWAY_DATA_DIR as the engine has it (or SLIPWAY_SEALING_KEY where keys are kept elsewhere).`,
  )
if (!fs.existsSync(bundle))
  refuse(`There is no ${bundle}: it is built by the first "npm start". Take the dist folder of another host with this version.`)

const sealing = process.env.SLIPWAY_SEALING_KEY || JSON.parse(fs.readFileSync(keysFile, 'utf8')).sealing
const { PATH, HOME, LANG, TZ, SUDO_USER } = process.env
const env = { PATH, HOME, LANG, TZ, SUDO_USER, NODE_ENV: 'production', SLIPWAY_DATA_DIR: dataDir, SLIPWAY_SEALING_KEY: sealing }
const child = spawn(process.execPath, [bundle, ...process.argv.slice(2)], { stdio: 'inherit', env })
child.once('exit', (code) => process.exit(code ?? 1))
