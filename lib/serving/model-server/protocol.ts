import { z } from 'zod'
import { Observe } from '@/lib/endpoints/wish'
import { SERIES_ROLES } from '@/lib/monitoring/flush'

/**
 * The words between a model server and the process that forked it, over the IPC channel. The parent sends one `load`; the server answers `ready` or
 * `failed` (and ends). Requests come over HTTP when it listens (the gateway) or as `infer` messages when it does not (a check run: no network).
 * The server ends as soon as the channel closes.
 */
const Bins = z.object({ name: z.string(), edges: z.array(z.number()) })

/** What requests and scores are binned against: as in a wish. */
export const Profile = z.object({ id: z.string(), features: z.array(Bins), score: Bins.nullable() })

export const Load = z.object({
  kind: z.literal('load'),
  model: z.string(),
  version: z.number().int(),
  /** Path of the artifact; its digest has been checked by the parent. */
  artifact: z.string(),
  threshold: z.number().nullable(),
  baseline: Profile.nullable(),
  /** Whether to open a port on loopback. */
  listen: z.boolean(),
  /** Most rows in one request. */
  maxRows: z.number().int().positive(),
})

/** A request without a port: `body` is what would be posted to .../infer. */
const Infer = z.object({ kind: z.literal('infer'), id: z.number().int(), body: z.unknown() })
/** What is to be counted of each request from now on; null: nothing. */
export const Watch = z.object({ kind: z.literal('observe'), observe: Observe.nullable() })
/** Finish what is in flight, send the last bins, end. */
const Drain = z.object({ kind: z.literal('drain') })
export const ToServer = z.discriminatedUnion('kind', [Load, Infer, Watch, Drain])

/** A tensor of the model's signature; `shape` has -1 where any size fits; `datatype` is the protocol's (FP32, INT64, BYTES ...). */
export const TensorSpec = z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.number().int()) })
export const Signature = z.object({ inputs: z.array(TensorSpec), outputs: z.array(TensorSpec) })

const Ready = z.object({ kind: z.literal('ready'), port: z.number().int().nullable(), signature: Signature, loadMs: z.number() })
const Failed = z.object({ kind: z.literal('failed'), reason: z.string() })
/** Every 2 s. CPU in cores since the last message, memory (RSS) in bytes. It is the server's sign of life too. */
const Usage = z.object({ kind: z.literal('usage'), cpu: z.number(), memoryBytes: z.number() })
/** Bin counts since the last message: `feature` -1 is the score; counts = [missing, bin 0, ..., bin k]. */
const BinCounts = z.object({
  kind: z.literal('bins'),
  rows: z.array(z.object({ role: z.enum(SERIES_ROLES), feature: z.number().int(), counts: z.array(z.number().int()) })),
})
/** The answer to `infer`: HTTP status, body, time in the model, and the score of each row. */
const Answer = z.object({
  kind: z.literal('answer'),
  id: z.number().int(),
  status: z.number().int(),
  body: z.unknown(),
  runMs: z.number(),
  scores: z.array(z.number().nullable()),
})
export const FromServer = z.discriminatedUnion('kind', [Ready, Failed, Usage, BinCounts, Answer])

export type Profile = z.infer<typeof Profile>
export type Load = z.infer<typeof Load>
export type ToServer = z.infer<typeof ToServer>
export type FromServer = z.infer<typeof FromServer>
export type TensorSpec = z.infer<typeof TensorSpec>
export type Signature = z.infer<typeof Signature>
export type BinRow = z.infer<typeof BinCounts>['rows'][number]

/** Request headers from gateway to server: the role the request is counted under, and `features` when its row is wanted as a sample. */
export const ROLE_HEADER = 'x-slipway-role'
export const WANT_HEADER = 'x-slipway-want'
/**
 * Answer headers from server to gateway, which strips them. A prediction travels on the answer it belongs to and not over IPC: there is nothing to join, to order
 * or to lose, and a crash loses request and prediction together. Only for requests of one row: a label names a request.
 */
export const PREDICTION_HEADER = 'x-slipway-prediction'
export const FEATURES_HEADER = 'x-slipway-features'
/** "KEY;SEGMENT;BIN,BIN,...": whose wish it is counted for, the segment of the request's first row (0: none), and its bin of each compared feature (-1: unknown). */
export const OBSERVED_HEADER = 'x-slipway-observed'
