import * as z from 'zod'
import type { Taker } from '@/lib/endpoints/adopted/schema'

/** A Deployment behind a backend of a route. `writers`: tools that write to it. */
const FoundDeployment = z.object({
  name: z.string(),
  images: z.array(z.string()),
  ready: z.number().int(),
  wanted: z.number().int(),
  writers: z.array(z.string()),
})

/** One backend of a route's rule. `share`: of the rule's requests, in basis points. */
const FoundBackend = z.object({
  service: z.string(),
  port: z.number().int().nullable(),
  share: z.number().int(),
  deployments: z.array(FoundDeployment),
})
export type FoundBackend = z.infer<typeof FoundBackend>

/**
 * What a route that was taken over is: of its requests `share` (basis points) goes to the endpoint; null: not known, because it is left alone. Then another hand
 * changed its rules or its marks, and nothing is written over them: `leftAlone` says it as a clause; null: it follows its endpoint. `back`: the command that makes it its owner's again.
 */
const Adopted = z.object({ endpointId: z.uuid(), rewrite: z.boolean(), back: z.string() })
const AdoptedState = z.union([
  Adopted.extend({ share: z.number().int(), leftAlone: z.null() }),
  Adopted.extend({ share: z.null(), leftAlone: z.string() }),
])

/** An HTTPRoute that Slipway did not make, as it stands. `seen` is another text as soon as it is another. */
export const FoundRoute = z.object({
  name: z.string(),
  seen: z.string(),
  hostnames: z.array(z.string()),
  /** What each matches, in words, and where that goes. */
  rules: z.array(z.object({ matches: z.string(), backends: z.array(FoundBackend) })),
  /** What keeps it from being taken over, in words: each must be put right there first. */
  obstacles: z.array(z.string()),
  /** Other tools that write to it, and how to take it over from each: whether that was done, a person knows. */
  writers: z.array(z.object({ tool: z.string(), words: z.string() })),
  /** null: Slipway writes nothing to it. */
  adopted: AdoptedState.nullable(),
})
export type FoundRoute = z.infer<typeof FoundRoute>

/** What an InferenceService says of itself, and KServe of it, in words; null: nothing. Nothing of it was counted. */
const InferenceFacts = z.object({
  runs: z.string().nullable(),
  /** Where its model lies. */
  from: z.string().nullable(),
  /** What answers beside its predictor. */
  beside: z.string().nullable(),
  /** As KServe has it, who says so of one replica out of many. null: it has not said. */
  ready: z.boolean().nullable(),
  why: z.string().nullable(),
  url: z.string().nullable(),
  /** How KServe deploys it. */
  mode: z.string().nullable(),
  /** Percents to revisions: as its status says them, and as its spec asks for them. */
  said: z.string().nullable(),
  asked: z.string().nullable(),
})
export type InferenceFacts = z.infer<typeof InferenceFacts>

/** An InferenceService that Slipway did not make: it is shown, and never written to. `callers`: what moves them; `unreadable`: the field by which nothing else can be told. */
const Inference = z.object({ name: z.string(), writers: z.array(z.string()) })
const FoundInference = z.union([
  Inference.extend({ facts: InferenceFacts, callers: z.string(), unreadable: z.null() }),
  Inference.extend({ facts: z.null(), callers: z.null(), unreadable: z.string() }),
])
export type FoundInference = z.infer<typeof FoundInference>

/** `more`: so many are not listed; `unseen`: why they were not looked at, null: they were, or there is no KServe. */
const FoundInferences = z.object({ found: z.array(FoundInference), more: z.number().int(), unseen: z.string().nullable() })
export type FoundInferences = z.infer<typeof FoundInferences>

/**
 * What else serves in a cluster's namespace: routes of the gateway that Slipway uses, and InferenceServices. `elsewhere`: so many routes hang on others only.
 */
export const Survey = z.object({
  routes: z.array(FoundRoute),
  elsewhere: z.number().int(),
  inferences: FoundInferences,
})
export type Survey = z.infer<typeof Survey>

/** `reason`: why nothing can be said now; `may`: the reader may take routes over somewhere; `takers`: for which endpoints here. */
export type RoutesView = { may: boolean; takers: Taker[] } & ({ survey: Survey; reason: null } | { survey: null; reason: string })
