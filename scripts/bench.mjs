#!/usr/bin/env node
// `npm run bench -- NAME [options]`: runs bench/NAME.ts, which prints a Markdown table and, as its last line, the results as JSON.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildProcesses, generate, install, ROOT } from './steps.mjs'

process.chdir(ROOT)
const names = fs.readdirSync('bench').flatMap((file) => file.match(/^([\w-]+)\.ts$/)?.[1] ?? [])
const benches = names.filter((name) => /^export (async )?function run\b/m.test(fs.readFileSync(`bench/${name}.ts`, 'utf8')))
const [name, ...args] = process.argv.slice(2)
if (!benches.includes(name)) {
  console.error(`npm run bench -- NAME, where NAME is one of: ${benches.join(', ')}`)
  process.exit(1)
}

await install()
await generate()
// What is measured are the processes as they are now.
await buildProcesses()
const { bundleOnce } = await import('./bundles.mjs')
const outfile = path.join(ROOT, 'dist', 'bench', `${name}.mjs`)
await bundleOnce(`bench/${name}.ts`, outfile)

/** @typedef {{ name: string, value: number, unit: string, aim?: string, ok?: boolean }} Result */
const bench = await import(pathToFileURL(outfile).href)
/** @type {Result[]} */
const results = await bench.run(args)

const say = (value) => (Number.isInteger(value) ? String(value) : value.toPrecision(3))
console.log(
  `\nbench ${name}, ${os.cpus().length} x ${os.cpus()[0].model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.version}\n`,
)
console.log('| what | measured | aim | |\n|---|---|---|---|')
for (const { name: what, value, unit, aim = '', ok } of results) {
  console.log(`| ${what} | ${say(value)} ${unit} | ${aim} | ${ok === undefined ? '' : ok ? 'ok' : 'MISSED'} |`)
}
console.log(JSON.stringify({ bench: name, results }))
process.exitCode = results.some((result) => result.ok === false) ? 1 : 0
