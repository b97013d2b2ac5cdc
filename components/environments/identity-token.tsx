import { CodeBlock } from '@/components/ui/code-block'

/** A cluster's identity token, to be copied now. */
export function IdentityToken({ token }: { token: string }) {
  return (
    <div className="grid gap-2">
      <p className="text-muted">
        Give it to the cluster as its identity token. With it the cluster fetches artifacts and writes its own counts. It is shown only now.
      </p>
      <CodeBlock code={token} what="identity token" />
    </div>
  )
}
