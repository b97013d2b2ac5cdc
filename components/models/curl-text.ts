import { keptLocation } from '@/lib/artifacts/location/place'
import { draftInput, type FileDraft, importInput, isS3Location, type RegisterDraft } from './register-draft'

interface CurlOptions {
  origin: string
  model: string
  draft: RegisterDraft
  modelFile: string | null
  sampleFile: string | null
}

/** The same registration by curl: one call, with a sample or a file that is fetched one more each. Secrets stay shell variables. */
export function curlOf({ origin, model, draft, modelFile, sampleFile }: CurlOptions): string {
  const input = draftInput(model, draft)
  const path = `${origin}/api/v1/models/${model}/versions`
  const upload = sampleFile && sent(sampleFile, `${origin}/api/v1/artifacts?kind=sample`)
  const sample = upload ? [`SAMPLE=$(${upload} | sed -E 's/.*"digest":"([0-9a-f]+)".*/\\1/')`] : []
  if (draft.from === 'location') return [...sample, ...fetched(origin, input, draft.file, sample.length > 0)].join('\n')
  const query = new URLSearchParams()
  if (draft.threshold.trim() !== '') query.set('threshold', draft.threshold.trim())
  if (draft.note) query.set('note', draft.note)
  if (input.location) query.set('location', input.location)
  for (const [key, value] of Object.entries(draft.lineage)) if (value) query.set(key, value)
  for (const [name, value] of Object.entries(input.metrics)) if (Number.isFinite(value)) query.set(`metric.${name}`, String(value))
  const asked = [query.toString().replaceAll('+', '%20'), ...(upload ? ['sample=$SAMPLE'] : [])].filter(Boolean).join('&')
  return [...sample, sent(modelFile ?? 'model.onnx', `${path}${asked ? `?${asked}` : ''}`)].join('\n')
}

function sent(file: string, url: string): string {
  return `curl -fsS -T ${quoted(file)} -H "Authorization: Bearer $SLIPWAY_TOKEN" "${url}"`
}

/** Stands for a variable of the shell in what is sent: no field of the form may hold this character. */
const VARIABLE = '\u0001'

/** Two calls: Slipway fetches the file, then what came is registered. Secrets stay shell variables. */
function fetched(origin: string, input: ReturnType<typeof draftInput>, file: FileDraft, withSample: boolean): string[] {
  const isS3 = isS3Location(file.location)
  // What was left empty stays so: a public bucket is shown no keys, nor an open address a token.
  const hidden = (typed: string, name: string) => (typed.trim() === '' ? '' : `${VARIABLE}${name}`)
  const secrets = isS3
    ? { accessKeyId: hidden(file.accessKeyId, 'AWS_ACCESS_KEY_ID'), secretAccessKey: hidden(file.secretAccessKey, 'AWS_SECRET_ACCESS_KEY') }
    : { token: hidden(file.token, 'TOKEN') }
  const place = importInput({ ...file, ...secrets, sessionToken: '' })
  const { model, ...rest } = input
  const metrics = Object.fromEntries(Object.entries(rest.metrics).filter(([, value]) => Number.isFinite(value)))
  const version = {
    ...rest,
    metrics,
    digest: place.sha256,
    location: keptLocation(file.location.trim()),
    ...(withSample ? { sample: `${VARIABLE}SAMPLE` } : {}),
  }
  return [post(`${origin}/api/v1/artifacts`, place), post(`${origin}/api/v1/models/${model}/versions`, version)]
}

function post(url: string, body: object): string {
  // What stands between the two ENDs is read as in double quotes: only the variables of our own are to be filled in.
  const text = JSON.stringify(body)
    .replace(/[\\$`]/g, '\\$&')
    .replace(/\\\\u0001(\w+)/g, '$$$1')
  const headers = '-H "Authorization: Bearer $SLIPWAY_TOKEN" -H "content-type: application/json"'
  return `curl -fsS "${url}" ${headers} -d @- <<END\n${text}\nEND`
}

/** A file's name for a shell: quoted where it needs it. */
function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`
}
