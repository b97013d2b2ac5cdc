import Link from 'next/link'
import { Fact, Facts } from '@/components/approvals/facts'
import type { ClusterRow } from '@/lib/clusters/schema'
import { servingWords } from '@/lib/clusters/serving-words'
import { MODE_TITLES } from './mode-words'

const CREDENTIALS = {
  token: "a service account's token",
  certificate: 'a client certificate',
  'in-cluster': "the engine's own service account",
}

/** How a cluster is reached and what of it is used. Secrets are sealed: what kind there is, is all that is shown. */
export function ClusterFacts({ cluster }: { cluster: ClusterRow }) {
  const { adminUrl, publicUrl, kubernetes, environments } = cluster
  return (
    <Facts>
      {adminUrl ? <Fact label="Admin">{adminUrl}</Fact> : null}
      {kubernetes ? (
        <>
          <Fact label="API server">{kubernetes.server}</Fact>
          <Fact label="Known by">
            {kubernetes.ca
              ? 'the CA that was given'
              : kubernetes.auth === 'in-cluster'
                ? 'the CA mounted in the pod'
                : 'the public authorities'}
            {kubernetes.tlsServerName ? `, as ${kubernetes.tlsServerName}` : ''}
          </Fact>
          <Fact label="Credential">{CREDENTIALS[kubernetes.auth]}, sealed for this server</Fact>
          <Fact label="Namespace">{kubernetes.namespace}</Fact>
          <Fact label="Driven by">{MODE_TITLES[kubernetes.mode]}</Fact>
          <Fact label="Gateway">
            {kubernetes.gateway
              ? `${kubernetes.gateway.namespace}/${kubernetes.gateway.name}`
              : 'none: routes attach to Services, for a mesh'}
          </Fact>
          <Fact label="Host name">{kubernetes.hostname ?? 'any that the Gateway takes'}</Fact>
          <Fact label="Artifacts">
            {kubernetes.slipwayUrl ? `fetched from ${kubernetes.slipwayUrl}` : "no address of Slipway's is set for pods"}
          </Fact>
          <Fact label="Image">{kubernetes.modelServerImage ?? "none of Slipway's model server is set"}</Fact>
          <Fact label="Models run by">
            {kubernetes.serving ? servingWords(kubernetes.serving) : 'settings that cannot be read: save them anew'}
          </Fact>
        </>
      ) : null}
      <Fact label="Callers">{publicUrl ?? 'no address is set'}</Fact>
      <Fact label="Serves">
        {environments.length === 0 ? 'no environment' : null}
        {environments.map(({ slug, wave }) => (
          <Link key={slug} href={`/environments/${slug}`} className="mr-2 hover:underline">
            {slug} (wave {wave})
          </Link>
        ))}
      </Fact>
    </Facts>
  )
}
