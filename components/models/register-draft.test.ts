import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { ImportArtifact } from '@/lib/artifacts/location/schema'
import { RegisterVersion } from '@/lib/versions/schema'
import { fieldsOf } from '@/lib/versions/upload'
import { curlOf } from './curl-text'
import { draftInput, EMPTY_DRAFT, importInput, type RegisterDraft, readMetrics } from './register-draft'

const draft: RegisterDraft = {
  ...EMPTY_DRAFT,
  file: { ...EMPTY_DRAFT.file, location: 'pvc://models/fraud/model.onnx' },
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

const SECRETS = { accessKeyId: 'an-id', secretAccessKey: 'hidden-key', sessionToken: 'hidden-session', token: 'hidden-token' }
const fetched = (location: string): RegisterDraft => ({
  ...draft,
  from: 'location',
  file: { ...EMPTY_DRAFT.file, ...SECRETS, location, sha256: 'a'.repeat(64), bytes: '213', region: 'eu-west-1' },
})

describe('a file that is fetched', () => {
  it('is asked for with the secrets of its own kind of location, and no other', () => {
    const object = ImportArtifact.parse(importInput(fetched('s3://models/a b.onnx').file))
    expect(object).toMatchObject({ bytes: 213, s3: { endpoint: null, region: 'eu-west-1', keys: { secretAccessKey: 'hidden-key' } } })
    expect(object.token).toBeUndefined()
    const file = ImportArtifact.parse(importInput(fetched('https://a.example/x').file))
    expect([file.token, file.s3.keys]).toEqual(['hidden-token', undefined])
  })

  it('of which nothing is typed is missed field by field', () => {
    const { error } = ImportArtifact.safeParse(importInput(EMPTY_DRAFT.file))
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['location', 'sha256', 'bytes'])
  })

  it.each([
    ["s3://models/it's $HOME `x` \\ 1.onnx", "s3://models/it's $HOME `x` \\ 1.onnx"],
    ['https://a.example/x?signed=1', null],
  ])('at %s is brought by the same two calls in a shell, which hold no secret', (location, kept) => {
    const wanted = fetched(location)
    const text = curlOf({ origin: 'http://slipway', model: 'm', draft: wanted, modelFile: null, sampleFile: null })
    expect(text).not.toContain('hidden')
    const set = 'AWS_ACCESS_KEY_ID=an-id AWS_SECRET_ACCESS_KEY=hidden-key TOKEN=hidden-token'
    const printed = execFileSync('sh', ['-c', `${set}\ncurl() { echo "$2"; cat; }\n${text}`], { encoding: 'utf8' })
      .trim()
      .split('\n')
    expect([printed[0], printed[2]]).toEqual(['http://slipway/api/v1/artifacts', 'http://slipway/api/v1/models/m/versions'])
    const parsed = ImportArtifact.parse(JSON.parse(printed[1]))
    expect(parsed).toEqual(ImportArtifact.parse(importInput({ ...wanted.file, sessionToken: '' })))
    expect(RegisterVersion.parse({ ...JSON.parse(printed[3]), model: 'm' })).toMatchObject({
      note: wanted.note,
      digest: 'a'.repeat(64),
      location: kept,
    })
  })

  it('of a public bucket is asked for without keys, in the shell as in the form', () => {
    const open = fetched('s3://open/model.onnx')
    const wanted = { ...open, file: { ...open.file, accessKeyId: '', secretAccessKey: '', sessionToken: '' } }
    const text = curlOf({ origin: 'http://slipway', model: 'm', draft: wanted, modelFile: null, sampleFile: null })
    const [, printed] = execFileSync('sh', ['-c', `curl() { echo "$2"; cat; }\n${text}`], { encoding: 'utf8' }).split('\n')
    expect(ImportArtifact.parse(JSON.parse(printed))).toEqual(ImportArtifact.parse(importInput(wanted.file)))
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

  it('sends a sample first also where the file is fetched', () => {
    const text = curlOf({ ...options, draft: fetched('https://a.example/x'), sampleFile: 'rows.csv' })
    const fake = `TOKEN=x\ncurl() { case "$*" in *kind=sample*) echo '{"digest":"${'b'.repeat(64)}"}';; *) cat;; esac; }`
    const printed = execFileSync('sh', ['-c', `${fake}\n${text}`], { encoding: 'utf8' })
      .trim()
      .split('\n')
    expect(JSON.parse(printed[1])).toMatchObject({ sample: 'b'.repeat(64), digest: 'a'.repeat(64) })
  })

  it('never holds a token', () => {
    expect(curlOf(options)).toContain('Bearer $SLIPWAY_TOKEN')
  })
})
