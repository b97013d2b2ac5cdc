import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { type FileDraft, isS3Location, type RegisterDraft } from './register-draft'

const FILE = 'h-auto py-1 file:mr-3 file:rounded-sm file:border-0 file:bg-sunken file:px-2 file:py-1 file:text-foreground'

interface FileProps {
  draft: RegisterDraft
  errors: Record<string, string>
  onChange: (change: Partial<RegisterDraft>) => void
  onFile: (file: File | null) => void
}

/** The model's file: sent from here, or fetched by Slipway from where it lies. */
export function RegisterFile({ draft, errors, onChange, onFile }: FileProps) {
  const change = (part: Partial<FileDraft>) => onChange({ file: { ...draft.file, ...part } })
  return (
    <>
      <Field label="The model’s file" className="max-w-80">
        <Select value={draft.from} onChange={(event) => onChange({ from: event.currentTarget.value as RegisterDraft['from'] })}>
          <option value="upload">Upload it</option>
          <option value="location">Fetch it from https or S3</option>
        </Select>
      </Field>
      {draft.from === 'upload' ? (
        <>
          <Field
            label="ONNX file"
            hint="One file, at most 512 MB. A pickle, joblib or .pt file is answered with how to export it."
            error={errors.digest}
          >
            <Input type="file" className={FILE} onChange={(event) => onFile(event.target.files?.[0] ?? null)} />
          </Field>
          <Text
            of={draft.file}
            name="location"
            label="Lies also at (optional)"
            hint="For clusters whose pods fetch models from there: pvc://CLAIM/PATH on a volume, s3://BUCKET/KEY, or https."
            error={errors.location}
            onChange={change}
          />
        </>
      ) : (
        <Fetched file={draft.file} errors={errors} onChange={change} />
      )}
    </>
  )
}

interface FetchedProps {
  file: FileDraft
  errors: Record<string, string>
  onChange: (change: Partial<FileDraft>) => void
}

/** What S3-compatible storage takes. `path`: of what is wrong with it. */
const S3_FIELDS: (Pick<TextProps, 'name' | 'label' | 'hint' | 'placeholder' | 'secret'> & { path: string })[] = [
  { name: 'endpoint', path: 's3.endpoint', label: 'S3 server', hint: 'Empty: Amazon S3.', placeholder: 'https://minio.example.org' },
  { name: 'region', path: 's3.region', label: 'Region', placeholder: 'us-east-1' },
  { name: 'accessKeyId', path: 's3.keys.accessKeyId', label: 'Access key id', hint: 'Empty: a public bucket.' },
  { name: 'secretAccessKey', path: 's3.keys.secretAccessKey', label: 'Secret access key', hint: 'Used once, not kept.', secret: true },
  {
    name: 'sessionToken',
    path: 's3.keys.sessionToken',
    label: 'Session token',
    hint: 'Of temporary keys. Used once, not kept.',
    secret: true,
  },
]

function Fetched({ file, errors, onChange }: FetchedProps) {
  const text = { of: file, onChange }
  return (
    <>
      <Text
        {...text}
        name="location"
        label="Location"
        hint="https://HOST/PATH or s3://BUCKET/KEY of one ONNX file. Slipway fetches it once and keeps it."
        error={errors.location}
      />
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_10rem]">
        <Text {...text} name="sha256" label="SHA-256" hint="As sha256sum says." error={errors.sha256} />
        <Text {...text} name="bytes" label="Size, bytes" hint="As wc -c says." error={errors.bytes} />
      </div>
      {isS3Location(file.location) ? (
        <div className="grid gap-3 sm:grid-cols-2">
          {S3_FIELDS.map(({ path, ...field }) => (
            <Text key={path} {...text} {...field} error={errors[path]} />
          ))}
        </div>
      ) : (
        <Text {...text} name="token" label="Token (optional)" hint="Sent as a bearer token, once; not kept." secret error={errors.token} />
      )}
    </>
  )
}

interface TextProps {
  of: FileDraft
  name: keyof FileDraft
  label: string
  hint?: string
  placeholder?: string
  secret?: boolean
  error?: string
  onChange: (change: Partial<FileDraft>) => void
}

function Text({ of, name, label, hint, placeholder, secret = false, error, onChange }: TextProps) {
  return (
    <Field label={label} hint={hint} error={error} className="min-w-0 [overflow-wrap:anywhere]">
      <Input
        value={of[name]}
        type={secret ? 'password' : 'text'}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        className="font-mono text-sm"
        onChange={(event) => onChange({ [name]: event.target.value })}
      />
    </Field>
  )
}

/** Rows of training data. */
export function RegisterSample({ error, onFile }: { error?: string; onFile: (file: File | null) => void }) {
  return (
    <Field
      label="Sample of training data (optional)"
      hint="CSV with a header or one JSON object per line: the features in the order of the input, and a column named label if you have it. It becomes the baseline for drift, and the check run tries the model on it."
      error={error}
    >
      <Input
        type="file"
        accept=".csv,.tsv,.jsonl,.ndjson,.txt"
        className={FILE}
        onChange={(event) => onFile(event.target.files?.[0] ?? null)}
      />
    </Field>
  )
}
