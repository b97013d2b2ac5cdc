import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findBinaries } from './binaries'

const root = mkdtempSync(path.join(os.tmpdir(), 'slipway-binaries-'))
afterAll(() => rmSync(root, { recursive: true }))

/** A folder of programs that only tell their version. */
function folderOf(name: string, versions: Record<string, string>): string {
  const folder = path.join(root, name)
  mkdirSync(folder)
  for (const [program, version] of Object.entries(versions)) {
    writeFileSync(path.join(folder, program), `#!/bin/sh\necho Kubernetes ${version}\n`)
    chmodSync(path.join(folder, program), 0o755)
  }
  return folder
}

const ENVTEST = { etcd: '3.6.8', 'kube-apiserver': 'v1.36.2' }
// An empty cache, whatever this machine has.
const nowhere = { NODE_ENV: 'test', XDG_CACHE_HOME: path.join(root, 'no-cache') } as const

describe('the programs of a cluster', () => {
  test('are those of KUBEBUILDER_ASSETS, where envtest leaves the controller manager out', () => {
    const assets = folderOf('envtest', ENVTEST)
    expect(findBinaries({ ...nowhere, KUBEBUILDER_ASSETS: assets })).toEqual({
      etcd: path.join(assets, 'etcd'),
      apiServer: path.join(assets, 'kube-apiserver'),
      controllerManager: null,
    })
  })

  test('may be named one by one, as for envtest', () => {
    const assets = folderOf('assets', ENVTEST)
    const other = path.join(folderOf('other', { etcd: '3.5.0' }), 'etcd')
    expect(findBinaries({ ...nowhere, KUBEBUILDER_ASSETS: assets, TEST_ASSET_ETCD: other })?.etcd).toBe(other)
  })

  test('do not pair a controller manager with an API server of another minor release', () => {
    const assets = folderOf('apart', ENVTEST)
    const manager = (version: string) => path.join(folderOf(version, { 'kube-controller-manager': version }), 'kube-controller-manager')
    const found = (file: string) => findBinaries({ ...nowhere, KUBEBUILDER_ASSETS: assets, TEST_ASSET_KUBE_CONTROLLER_MANAGER: file })
    expect(found(manager('v1.35.9'))?.controllerManager).toBeNull()
    const fitting = manager('v1.36.4')
    expect(found(fitting)?.controllerManager).toBe(fitting)
  })

  test('are not there where no place has them', () => {
    expect(findBinaries(nowhere)).toBeNull()
    expect(findBinaries({ ...nowhere, KUBEBUILDER_ASSETS: folderOf('half', { etcd: '3.6.8' }) })).toBeNull()
  })
})
