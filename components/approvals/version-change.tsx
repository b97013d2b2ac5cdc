import { ArmLabel } from '@/components/ui/arm-label'
import { Digest } from '@/components/ui/digest'
import type { VersionBrief } from '@/lib/approvals/schema'

interface VersionChangeProps {
  from: VersionBrief | null
  to: VersionBrief | null
  sameArtifact: boolean
}

/** The live version and the one that should come, one under the other. */
export function VersionChange({ from, to, sameArtifact }: VersionChangeProps) {
  return (
    <div className="grid gap-3 px-4 py-3">
      <Version arm="live" version={from} />
      <Version arm="next" version={to} />
      {sameArtifact ? <p className="text-sm">Both are the same artifact: this compares a version with itself.</p> : null}
    </div>
  )
}

function Version({ arm, version }: { arm: 'live' | 'next'; version: VersionBrief | null }) {
  return (
    <div className="min-w-0">
      <p className="flex flex-wrap items-center gap-x-3">
        <ArmLabel arm={arm} version={version?.number ?? null} />
        {version ? <Digest value={version.digest} what={`digest of ${arm}`} /> : null}
      </p>
      {version ? (
        <p className="break-words text-muted text-sm">
          {version.note || 'No note'} · registered by {version.author}
        </p>
      ) : null}
    </div>
  )
}
