import Link from 'next/link'
import type { ReactNode } from 'react'
import { Fact, Facts } from '@/components/approvals/facts'
import { Card, CardBody } from '@/components/ui/card'
import { Digest } from '@/components/ui/digest'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatBytes } from '@/lib/format'
import type { VersionDetail } from '@/lib/versions/schema'

/** What a version is: its artifact, threshold, author, and the versions with the same bytes. */
export function VersionFacts({ version }: { version: VersionDetail }) {
  return (
    <Card title="Version">
      <Facts>
        <Fact label="Artifact">
          <Digest value={version.digest} /> {formatBytes(version.bytes)}, {version.format}
        </Fact>
        {version.location ? (
          <Fact label="Lies also at">
            <span className="break-all font-mono text-sm">{version.location}</span>
          </Fact>
        ) : null}
        <Fact label="Threshold">
          {version.threshold === null ? 'none: nothing is decided by the score' : `${version.threshold}: at or above is positive`}
        </Fact>
        <Fact label="Registered">
          <RelativeTime at={version.createdAt} /> by {version.author}
        </Fact>
        {version.sameArtifact.length > 0 ? (
          <Fact label="Same bytes">
            as {version.sameArtifact.map((number) => `v${number}`).join(', ')}: a rollout between them is an A/A
          </Fact>
        ) : null}
      </Facts>
    </Card>
  )
}

const LINEAGE: [keyof VersionDetail['lineage'], string][] = [
  ['trainingRun', 'Training run'],
  ['gitCommit', 'Git commit'],
  ['datasetVersion', 'Data'],
  ['featureSet', 'Features'],
]

/** Where it comes from and what was measured in training. */
export function LineageCard({ version }: { version: VersionDetail }) {
  const metrics = Object.entries(version.metrics)
  return (
    <Card title="Lineage and training metrics">
      <Facts>
        {LINEAGE.map(([key, label]) => (
          <Fact key={key} label={label}>
            {version.lineage[key] ? linked(version.lineage[key]) : <span className="text-muted">not said</span>}
          </Fact>
        ))}
        {metrics.map(([name, value]) => (
          <Fact key={name} label={name}>
            <span className="tabular-nums">{value}</span>
          </Fact>
        ))}
      </Facts>
    </Card>
  )
}

/** An http address becomes a link; anything else stays text. */
function linked(text: string): ReactNode {
  if (!/^https?:\/\//.test(text)) return text
  return (
    <a href={text} rel="noreferrer" className="break-all text-link underline underline-offset-3">
      {text}
    </a>
  )
}

/** Cards and reports. */
export function DocumentsCard({ version, action }: { version: VersionDetail; action: ReactNode }) {
  const path = `/models/${version.model.slug}/versions/${version.number}/documents`
  return (
    <Card title="Documents" action={action}>
      <CardBody className="grid gap-1.5">
        {version.documents.length === 0 ? (
          <p className="text-muted">None. A card says what the model is for and what it is not for.</p>
        ) : null}
        {version.documents.map((document) => (
          <p key={document.id} className="flex flex-wrap items-baseline gap-x-3">
            <Link href={`${path}/${document.id}`} className="break-words font-medium hover:underline">
              {document.name}
            </Link>
            <span className="text-muted text-sm">
              {document.kind}, {formatBytes(document.bytes)}, <RelativeTime at={document.createdAt} />
            </span>
          </p>
        ))}
      </CardBody>
    </Card>
  )
}
