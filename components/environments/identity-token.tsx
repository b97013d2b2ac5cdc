import { CodeBlock } from '@/components/ui/code-block'

/** A cluster's identity token, to be copied now. `namespace`: of a Kubernetes cluster, whose pods read it from a Secret there. */
export function IdentityToken({ token, namespace }: { token: string; namespace?: string }) {
  return (
    <div className="grid gap-2">
      <p className="text-muted">
        {namespace
          ? 'Put the identity token into the cluster as a Secret. With it pods fetch artifacts and send their counts. It is shown only now.'
          : 'Give the cluster its identity token. With it the cluster fetches artifacts and writes its own counts. It is shown only now.'}
      </p>
      {namespace ? (
        <CodeBlock
          code={`kubectl create secret generic slipway-identity --namespace ${namespace} --from-literal=token=${token}`}
          what="command with the identity token"
        />
      ) : (
        <CodeBlock code={token} what="identity token" />
      )}
    </div>
  )
}
