import { CodeBlock } from '@/components/ui/code-block'

/** A cluster's identity token, to be copied now. `command`: puts it into a Kubernetes cluster, whose pods read it from a Secret there; null for one of another kind. */
export function IdentityToken({ token, command }: { token: string; command: string | null }) {
  return (
    <div className="grid gap-2">
      <p className="text-muted">
        {command
          ? 'Put the identity token into the cluster as a Secret. With it pods fetch artifacts and send their counts. It is shown only now.'
          : 'Give the cluster its identity token. With it the cluster fetches artifacts and writes its own counts. It is shown only now.'}
      </p>
      {command ? <CodeBlock code={command} what="command with the identity token" /> : <CodeBlock code={token} what="identity token" />}
    </div>
  )
}
