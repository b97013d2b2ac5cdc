import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { keepLinks as Keep, readLinks as Read } from './kept-links'

let keepLinks: typeof Keep
let readLinks: typeof Read
/** Each test is a page that was loaded anew. */
beforeEach(async () => {
  vi.resetModules()
  const page = await import('./kept-links')
  keepLinks = page.keepLinks
  readLinks = page.readLinks
})
afterEach(() => vi.unstubAllGlobals())

const STORAGES = {
  open: (kept: Map<string, string>) => ({
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
  }),
  full: () => ({
    getItem: () => null,
    setItem: () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
    },
  }),
  blocked: () => {
    throw new DOMException('Access is denied for this document.', 'SecurityError')
  },
}

/** A tab: what it keeps, and where it goes. */
function openTab(storage: keyof typeof STORAGES) {
  const kept = new Map<string, string>()
  const assign = vi.fn()
  vi.stubGlobal('window', {
    location: { assign },
    get sessionStorage() {
      return STORAGES[storage](kept)
    },
  })
  return { kept, assign }
}

const own = '/set-password?code=own'

test.each([
  ['an invitation', { invited: { name: 'Ana', link: '/set-password?code=hers' }, cluster: null, own }],
  ['a cluster that was added', { invited: null, cluster: { identityToken: 'slid_abc', command: 'kubectl ...' }, own }],
  ['another address of a cluster or its Prometheus', { invited: null, cluster: null, own }],
])('what %s leaves to whoever ended the example is read on a page that needs no session', (_what, links) => {
  const { assign } = openTab('open')
  const push = vi.fn()
  keepLinks(links, push)
  expect(push).not.toHaveBeenCalled()
  expect(assign).toHaveBeenCalledWith('/example-ended')
  expect(readLinks()).toEqual(links)
})

test.each(['{}', 'null', '{"invited":{"name":1},"cluster":null,"own":null}', '{"invited":null,"cluster":{},"own":null}'])(
  'what is no such thing is not shown: %s',
  (text) => {
    const { kept } = openTab('open')
    kept.set('slipway-links', text)
    expect(readLinks()).toBeNull()
  },
)

test.each(['full', 'blocked'] as const)(
  'where the storage is %s, nothing is lost: it is read on that page without loading it anew',
  async (storage) => {
    const { assign } = openTab(storage)
    const push = vi.fn()
    const links = { invited: null, cluster: { identityToken: 'slid_abc', command: null }, own }
    keepLinks(links, push)
    expect(push).toHaveBeenCalledWith('/example-ended')
    expect(assign).not.toHaveBeenCalled()
    expect(readLinks()).toEqual(links)
  },
)

test('where the storage is blocked and nothing was kept, there are no links', () => {
  openTab('blocked')
  expect(readLinks()).toBeNull()
})
