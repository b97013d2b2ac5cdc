/** Where a file lies outside of Slipway. `path`: within the claim's volume, without a slash at its beginning. */
export type Place =
  | { kind: 'https'; url: string }
  | { kind: 's3'; bucket: string; key: string }
  | { kind: 'pvc'; claim: string; path: string }

const FORMS =
  'Write https://HOST/PATH, s3://BUCKET/KEY, or pvc://CLAIM/PATH for a file on a volume of the cluster (a PersistentVolumeClaim in the namespace of the models).'
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const CLAIM = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/
/** S3 takes no longer key. Bytes. */
const KEY_MAX = 1_024

/** A location as its parts, or what is wrong with it as a sentence. */
export function readLocation(text: string): Place | string {
  if (/\p{Cc}/u.test(text)) return 'The location holds a control character: take it out.'
  const [, scheme, name, rest] = /^(https|s3|pvc):\/\/([^/]*)(?:\/(.*))?$/u.exec(text) ?? []
  if (scheme === undefined) return /^http:/i.test(text) ? `http is not taken: whoever is in between could read the file. ${FORMS}` : FORMS
  if (scheme === 'https') return readHttps(text)
  return scheme === 's3' ? readS3(name, rest ?? '') : readClaim(name, rest ?? '')
}

function readHttps(text: string): Place | string {
  if (!URL.canParse(text)) return `This is no address: its host or port is malformed. ${FORMS}`
  const { username, password, hash } = new URL(text)
  if (username !== '' || password !== '') return 'The address holds a user name or password before "@": give it without.'
  return hash === '' ? { kind: 'https', url: text } : 'The address has a fragment, after "#", which is never sent: take it out.'
}

function readS3(bucket: string, key: string): Place | string {
  if (!BUCKET.test(bucket))
    return `"${bucket}" is no bucket: 3 to 63 lower-case letters, digits, dots and dashes, such as s3://models/fraud/model.onnx.`
  if (key === '' || key.endsWith('/'))
    return `The location names no file in the bucket ${bucket}: its key is missing, or ends with a slash.`
  if (new TextEncoder().encode(key).length > KEY_MAX) return `The key is longer than ${KEY_MAX} bytes, the most that S3 keeps.`
  return hasDots(key)
    ? `The key has a part that is "." or "..": it cannot be asked for by an address. Copy the file to another key.`
    : { kind: 's3', bucket, key }
}

function readClaim(claim: string, path: string): Place | string {
  if (!CLAIM.test(claim))
    return `"${claim}" is no claim: lower-case letters, digits, dots and dashes, such as pvc://models/fraud/model.onnx.`
  if (path === '' || path.endsWith('/') || path.startsWith('/'))
    return `The location names no file on the volume of ${claim}: write pvc://${claim}/PATH.`
  return hasDots(path) ? 'The path has a part that is "." or "..": write it without.' : { kind: 'pvc', claim, path }
}

function hasDots(path: string): boolean {
  return path.split('/').some((part) => part === '.' || part === '..')
}

/** The location as it may be kept: null for an address with a query, which is often a signed one. */
export function keptLocation(text: string): string | null {
  return text.startsWith('https://') && text.includes('?') ? null : text
}
