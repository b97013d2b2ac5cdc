import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { render } from './kustomization'

/** Secrets and their keys as `name/key`, from references of containers and from volumes; a volume without items takes what the Secret holds. */
function asked(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(asked)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([field, each]) => {
    if (field === 'secretKeyRef') return [`${each.name}/${each.key}`]
    if (field === 'secret') return (each.items ?? [{ key: '*' }]).map(({ key }: { key: string }) => `${each.secretName}/${key}`)
    return asked(each)
  })
}

/** Rows of the table whose first cell is a name and whose second names keys. */
function listed(guide: string): string[] {
  return [...guide.matchAll(/^\| `([a-z-]+)` \| ((?:`[\w.-]+`(?:, )?)+) \|/gm)].flatMap(([, name, keys]) =>
    [...keys.matchAll(/`([\w.-]+)`/g)].map(([, key]) => `${name}/${key}`),
  )
}

test('the guide lists the Secrets and keys that the manifests ask for, makes each of them, and no other', () => {
  const guide = readFileSync('docs/guides/deploy-on-kubernetes.md', 'utf8')
  const wanted = new Set(asked(render('deploy/example')))
  const list = listed(guide)
  const whole = [...wanted].filter((each) => each.endsWith('/*')).map((each) => each.replace('*', ''))
  const keys = list.filter((each) => !whole.some((name) => each.startsWith(name)))
  expect(keys.sort()).toEqual([...wanted].filter((each) => !each.endsWith('/*')).sort())
  for (const each of list) {
    const [name, key] = each.split('/')
    expect(guide, each).toMatch(new RegExp(`create secret generic ${name} .*--from-(literal|file)=${key.replace('.', '\\.')}`))
  }
  for (const name of whole) expect(list.some((each) => each.startsWith(name))).toBe(true)
})
