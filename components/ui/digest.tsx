import { formatDigest } from '@/lib/format'
import { CopyButton } from './copy-button'

/** The first twelve characters of a digest, and a button that copies all of it. */
export function Digest({ value, what = 'digest' }: { value: string; what?: string }) {
  return (
    <span className="inline-flex items-center gap-0.5 whitespace-nowrap">
      <span className="font-mono text-sm" title={value}>
        {formatDigest(value)}
      </span>
      <CopyButton text={value} what={what} />
    </span>
  )
}
