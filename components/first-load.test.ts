import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '..')
const clients = ['components', 'app']
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(root, folder, file)),
  )
  .filter((file) => file.endsWith('.tsx') && readFileSync(file, 'utf8').startsWith("'use client'"))
  .filter((file) => !/\/(plot|palette)\.tsx$/.test(file))

/** The files that reach the browser with these client components together, without what they load when it is wanted. */
async function shipped(entries: readonly string[]): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: entries.map((file) => `export * from ${JSON.stringify(file)}`).join('\n'), resolveDir: root, loader: 'ts' },
    ...{ bundle: true, minify: true, splitting: true, format: 'esm', target: 'es2022', outdir: 'out', write: false, metafile: true },
    ...{ logLevel: 'silent', absWorkingDir: root, alias: { '@': root } },
    external: ['react', 'react-dom', 'react/jsx-runtime', 'next/*'],
    // The browser gets only the address of a server action.
    plugins: [
      { name: 'actions', setup: ({ onResolve }) => onResolve({ filter: /\/actions$/ }, ({ path: at }) => ({ path: at, external: true })) },
    ],
  })
  const entry = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === '<stdin>')
  if (!entry) throw new Error('nothing was bundled')
  // What the entry loads at once, from chunk to chunk; a dynamic import is not at once.
  const seen = new Set<string>()
  const visit = (name: string) => {
    if (seen.has(name)) return
    seen.add(name)
    for (const each of metafile.outputs[name]?.imports ?? []) if (each.kind === 'import-statement' && !each.external) visit(each.path)
  }
  visit(entry[0])
  const parts = [...seen].flatMap((name) => Object.entries(metafile.outputs[name]?.inputs ?? {}))
  return parts.flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : []))
}

test('charts, the command palette and zod’s languages are in no page’s first load', async () => {
  expect(clients.length).toBeGreaterThan(50)
  const inputs = await shipped(clients)
  expect(inputs.filter((file) => file.includes('/radix-ui/') || file.includes('@radix-ui')).length).toBeGreaterThan(0)
  const heavy = inputs.filter((file) => /node_modules\/(recharts|cmdk|d3-|react-markdown)/.test(file))
  const languages = inputs.filter((file) => /zod\/v4\/locales\/(?!en\.)/.test(file))
  expect([...heavy, ...languages]).toEqual([])
}, 300_000)

test.each([
  ['a rollout', ['rollouts/live-rollout', 'endpoints/takeover/answer']],
  ['a launch', ['rollouts/launch-form']],
  ['a version', ['models/version-acts']],
])(
  'the schemas that forms are checked by are not in the first load of %s',
  async (_page, names) => {
    const inputs = await shipped(names.map((name) => path.join(root, 'components', `${name}.tsx`)))
    expect(inputs).toContain('components/ui/button.tsx')
    expect(inputs.filter((file) => /node_modules\/zod\/|\/schema\.ts$/.test(file))).toEqual([])
  },
  300_000,
)
