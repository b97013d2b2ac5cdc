import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { RegisterVersion } from '@/lib/versions/schema'
import { fieldsOf } from '@/lib/versions/upload'
import { curlOf, draftInput, EMPTY_DRAFT, readMetrics } from './register-draft'

const draft = {
  note: `it's "quoted" & $HOME`,
  threshold: '0.25',
  metrics: 'auc = 0.755\ncost: 418',
  lineage: { ...EMPTY_DRAFT.lineage, gitCommit: 'abc 1' },
}

describe('the register form', () => {
  it('reads metrics by line, and leaves a wrong one to the check', () => {
    expect(readMetrics('auc = 0.755\n\nroc:area = 1e-3\n')).toEqual({ auc: 0.755, 'roc:area': 0.001 })
    const wrong = RegisterVersion.safeParse({ ...draftInput('m', { ...EMPTY_DRAFT, metrics: 'auc high' }), digest: 'a'.repeat(64) })
    expect(wrong.error?.issues[0]?.path).toEqual(['metrics', 'auc high'])
  })

  it('sends no threshold where none is typed', () => {
    expect(draftInput('m', EMPTY_DRAFT).threshold).toBeNull()
  })
})

describe('the curl beside the form', { timeout: 30_000 }, () => {
  const options = { origin: 'http://localhost:3000', model: 'm', draft, modelFile: `my 'best' model.onnx`, sampleFile: null }

  it('says the same as the form, as a shell and the route read it', () => {
    const [file, address] = execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$3" "$6"; }\n${curlOf(options)}`], {
      encoding: 'utf8',
    }).split('\n')
    expect(file).toBe(`my 'best' model.onnx`)
    const read = fieldsOf(new URL(address ?? '').searchParams)
    expect({ ...read, model: 'm' }).toEqual({ ...draftInput('m', draft), sample: null })
  })

  it('sends a sample first and names its digest', () => {
    const fake = `curl() { case "$6" in *kind=sample) echo '{"digest":"beef01","known":false}';; *) echo "$6";; esac; }`
    const printed = execFileSync('sh', ['-c', `${fake}\n${curlOf({ ...options, sampleFile: 'rows.csv' })}`], { encoding: 'utf8' })
    expect(new URL(printed.trim()).searchParams.get('sample')).toBe('beef01')
  })

  it('never holds a token', () => {
    expect(curlOf(options)).toContain('Bearer $SLIPWAY_TOKEN')
  })
})
