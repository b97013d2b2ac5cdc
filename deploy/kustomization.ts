import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { load, loadAll } from 'js-yaml'
import * as z from 'zod'

/** The fields of kustomize that our folders use; any other is refused, so that nothing is read here otherwise than kustomize reads it. */
const Kustomization = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  namespace: z.string().optional(),
  resources: z.array(z.string()),
  images: z.array(z.strictObject({ name: z.string(), newName: z.string(), newTag: z.string() })).default([]),
  labels: z.array(z.strictObject({ pairs: z.record(z.string(), z.string()) })).default([]),
})
type Kustomization = z.output<typeof Kustomization>

/** An object as it is applied. */
export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string> }
  [field: string]: unknown
}

/** What `kubectl kustomize FOLDER` prints, as objects. `namespace` stands in for the one that the folder names. Throws for a field that it does not know. */
export function render(folder: string, namespace?: string): Manifest[] {
  const text = readFileSync(path.join(folder, 'kustomization.yaml'), 'utf8')
  const said = Kustomization.parse(load(text))
  const objects = said.resources.flatMap((name) => {
    const file = path.join(folder, name)
    return statSync(file).isDirectory() ? render(file, namespace) : (loadAll(readFileSync(file, 'utf8')) as Manifest[])
  })
  return objects.map((object) => changed(object, { ...said, namespace: said.namespace && (namespace ?? said.namespace) }))
}

function changed(object: Manifest, { namespace, images, labels }: Kustomization): Manifest {
  const all = { ...object.metadata.labels, ...Object.assign({}, ...labels.map(({ pairs }) => pairs)) }
  const metadata = { ...object.metadata, ...(Object.keys(all).length > 0 ? { labels: all } : {}) }
  if (namespace) Object.assign(metadata, object.kind === 'Namespace' ? { name: namespace } : { namespace })
  return withImages({ ...object, metadata }, images) as Manifest
}

function withImages(value: unknown, images: Kustomization['images']): unknown {
  if (Array.isArray(value)) return value.map((each) => withImages(each, images))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, each]) => {
    const image = key === 'image' ? images.find(({ name }) => name === each) : undefined
    return [key, image ? `${image.newName}:${image.newTag}` : withImages(each, images)]
  })
  return Object.fromEntries(entries)
}
