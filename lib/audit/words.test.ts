import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { TERMINAL_PHASES } from '@/lib/rollouts/schema'
import { TOLD_VERBS, verbWords } from './words'

const lib = path.join(import.meta.dirname, '..')
const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('generated'),
)

type Module = Record<string, { spec?: { name: string } }>
const found = files.filter((file) => path.basename(file) === 'commands.ts')
const modules = await Promise.all(found.map((file) => import(path.join(lib, file)) as Promise<Module>))
/** The verbs that commands write: their names. */
const commandVerbs = modules.flatMap((module) => Object.values(module).flatMap((each) => each.spec?.name ?? []))

/** The verbs that are written past a command: the engine's own acts, and signing in. */
function ownVerbs(): string[] {
  const literals = files.flatMap((file) => {
    const source = readFileSync(path.join(lib, file), 'utf8')
    return source.includes('writeAudit') ? [...source.matchAll(/'([a-z]+\.[a-z-]+)'/g)].map(([, verb]) => verb) : []
  })
  return [...literals, ...TERMINAL_PHASES.map((phase) => `rollout.${phase}`)]
}

test('every verb that a command, the engine or a sign-in writes into the trail has words', () => {
  const verbs = [...commandVerbs, ...ownVerbs()]
  expect(verbs.length).toBeGreaterThan(50)
  for (const own of ['rollout.watch-failed', 'rollout.return', 'rollout.aborted', 'member.sign-in-failed']) expect(verbs).toContain(own)
  expect([...new Set(verbs)].filter((verb) => !TOLD_VERBS.has(verb))).toEqual([])
})

test('words stand around the name of what was acted on', () => {
  expect(verbWords('rollout.pause')).toEqual({ before: 'paused', after: '', named: true })
  expect(verbWords('rollout.promoted')).toEqual({ before: 'promoted', after: ' to 100 %', named: true })
  expect(verbWords('member.sign-in')).toEqual({ before: 'signed in', after: '', named: false })
})
