import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from './steps.mjs'

const BIOME = path.join(ROOT, 'node_modules/@biomejs/biome/bin/biome')

const REFUSED: [string, string][] = [
  ['app/(console)/models/page.tsx', '@/lib/models/commands'],
  ['app/(console)/models/page.tsx', '@/lib/models/store'],
  ['app/(console)/models/page.tsx', '@/lib/db'],
  ['app/(console)/models/page.tsx', '@/lib/generated/prisma/client'],
  ['app/(console)/models/page.tsx', '@/lib/drivers/local/driver'],
  ['app/api/v1/models/route.ts', '@/lib/models/store'],
  ['app/api/v1/models/route.ts', '@/lib/models/actions'],
  ['app/api/v1/models/route.ts', '@/lib/db'],
  ['components/models/version-list.tsx', '@/lib/models/queries'],
  ['components/models/version-list.tsx', '@/lib/models/commands'],
  ['components/models/version-list.tsx', '@/lib/db'],
  ['components/models/version-list.tsx', '@prisma/client'],
  ['components/models/version-list.tsx', '@/lib/env'],
  ['lib/rollouts/machine.ts', '../clock'],
  ['lib/rollouts/machine.ts', '@/lib/clock'],
  ['lib/rollouts/machine.ts', '../env'],
  ['lib/rollouts/machine.ts', '../db'],
  ['lib/rollouts/machine.ts', '../log'],
  ['lib/rollouts/machine.ts', './store'],
  ['lib/rollouts/machine.ts', 'node:fs'],
  ['lib/models/schema.ts', './queries'],
  ['lib/a-noun-of-tomorrow/gate.ts', '@/lib/generated/prisma/client'],
  ['lib/analysis/sketch.ts', '../clock'],
  ['lib/analysis/sketch.ts', '../rollouts/schema'],
  ['lib/analysis/sketch.ts', '@/lib/rollouts/schema'],
  ['lib/drivers/local/driver.ts', '../../db'],
  ['lib/drivers/local/driver.ts', '@/lib/rollouts/schema'],
  ['lib/drivers/local/driver.ts', '../../rollouts/schema'],
  ['lib/drivers/kubernetes/config.ts', 'node:fs'],
  ['lib/clusters/commands.ts', '@/lib/drivers/kubernetes/driver'],
  ['lib/clusters/schema.ts', '@/lib/drivers/kubernetes/kubeconfig'],
  ['components/clusters/form.tsx', '@/lib/drivers/kubernetes/config'],
  ['lib/endpoints/without/kubectl.ts', '@/lib/drivers/kubernetes/render/route'],
  ['lib/environments/commands.ts', '../drivers/registry'],
  ['lib/environments/commands.ts', '@/lib/drivers/registry'],
  ['lib/environments/commands.ts', '../engine/claim'],
  ['lib/rollouts/commands.ts', '../models/queries'],
  ['lib/rollouts/commands.ts', '@/lib/models/commands'],
  ['lib/engine/commit.ts', '../rollouts/commands'],
  ['lib/models/store.ts', '@/components/models/version-list'],
  ['app/(console)/models/page.tsx', '@/tools/k8s/api-server'],
  ['components/models/version-list.tsx', '@/tools/k8s/api-server'],
  ['lib/drivers/local/driver.ts', '@/tools/k8s/api-server'],
]

const ALLOWED: [string, string][] = [
  ['app/(console)/models/page.tsx', '@/lib/models/queries'],
  ['app/(console)/models/page.tsx', '@/components/models/version-list'],
  ['app/api/v1/models/route.ts', '@/lib/models/commands'],
  ['components/models/version-list.tsx', '@/lib/models/actions'],
  ['components/models/version-list.tsx', '@/lib/models/client'],
  ['components/models/version-list.tsx', '@/lib/models/schema'],
  ['lib/rollouts/machine.ts', './schema'],
  ['lib/rollouts/machine.ts', '../analysis/policy'],
  ['lib/rollouts/plan.ts', 'node:crypto'],
  ['lib/rollouts/schema.ts', 'zod'],
  ['lib/rollouts/actions.ts', './commands'],
  ['lib/rollouts/commands.ts', '../models/store'],
  ['lib/engine/reconcile.ts', '../drivers/registry'],
  ['lib/clusters/commands.ts', '@/lib/drivers/kubernetes/config'],
  ['lib/clusters/commands.ts', '@/lib/drivers/kubernetes/kubeconfig'],
  ['lib/clusters/schema.ts', '@/lib/drivers/kubernetes/config'],
  ['lib/endpoints/without/kubectl.ts', '@/lib/drivers/kubernetes/render/names'],
  ['lib/analysis/drift.ts', './divergence'],
  ['lib/drivers/local/driver.ts', '../driver'],
  ['lib/drivers/kubernetes/driver.cluster.test.ts', '@/tools/k8s/api-server'],
]

const LONG = `export function f() {\n${'  one()\n'.repeat(61)}}\n`
const BROKEN: [name: string, rule: string, file: string, source: string][] = [
  ['any', 'noExplicitAny', 'lib/broken/any.ts', 'export function one(value: any) {\n  return value\n}\n'],
  ['console in lib', 'noConsole', 'lib/broken/console.ts', "console.log('x')\n"],
  ['process.env outside lib/env.ts', 'noProcessEnv', 'lib/broken/environment.ts', 'export const port = process.env.PORT\n'],
  ['an empty catch', 'noEmptyBlockStatements', 'lib/broken/catch.ts', 'try {\n  one()\n} catch {}\n'],
  ['a file of more than 300 lines', 'noExcessiveLinesPerFile', 'lib/broken/file.ts', 'one()\n'.repeat(301)],
  ['a function of more than 60 lines', 'noExcessiveLinesPerFunction', 'lib/broken/function.ts', LONG],
  ['a barrel file', 'noBarrelFile', 'lib/broken/index.ts', "export * from './any'\n"],
  ['a test that is switched off', 'noSkippedTests', 'lib/broken/store.test.ts', "it.skip('x', () => one())\n"],
  ['a file name that is not in kebab-case', 'useFilenamingConvention', 'lib/broken/modelStore.ts', 'export const one = 1\n'],
  ['a promise that nobody waits for', 'noFloatingPromises', 'lib/broken/promise.ts', 'async function one() {}\n\none()\n'],
  ['an import cycle', 'noImportCycles', 'lib/broken/cycle.ts', "export { two } from './cycle-two'\nexport const one = 1\n"],
]
const SECOND_OF_CYCLE = "import { one } from './cycle'\n\nexport const two = one\n"

/** What the planted project's lint said: rule, file and line. */
let found: { rule: string; file: string; line: number }[] = []

// One import per line, so that a line tells which of them was refused.
function importsOf(file: string) {
  return [...REFUSED, ...ALLOWED].filter(([from]) => from === file).map(([, to]) => to)
}

function isRefused(file: string, from: string) {
  const line = importsOf(file).indexOf(from) + 1
  return found.some((it) => it.rule === 'noRestrictedImports' && it.file === file && it.line === line)
}

beforeAll(() => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-lint-'))
  const plant = (file: string, source: string) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), source)
  }
  for (const file of new Set([...REFUSED, ...ALLOWED].map(([name]) => name))) {
    plant(
      file,
      importsOf(file)
        .map((from, i) => `export { it as it${i} } from '${from}'\n`)
        .join(''),
    )
  }
  for (const [, , file, source] of BROKEN) plant(file, source)
  plant('lib/broken/cycle-two.ts', SECOND_OF_CYCLE)
  copyFileSync(path.join(ROOT, 'biome.json'), path.join(folder, 'biome.json'))
  const args = [BIOME, 'lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.']
  const run = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 })
  rmSync(folder, { recursive: true })
  const { diagnostics } = JSON.parse(run.stdout) as {
    diagnostics: { category: string; location: { path: string; start: { line: number } } }[]
  }
  found = diagnostics.map(({ category, location }) => ({ rule: category.split('/')[2], file: location.path, line: location.start.line }))
})

describe('the lint', () => {
  test.each(REFUSED)('refuses that %s imports %s', (file, from) => {
    expect(isRefused(file, from)).toBe(true)
  })

  test.each(ALLOWED)('lets %s import %s', (file, from) => {
    expect(isRefused(file, from)).toBe(false)
  })

  test.each(BROKEN)('refuses %s', (_, rule, file) => {
    expect(found.filter((it) => it.file === file).map((it) => it.rule)).toContain(rule)
  })
})
