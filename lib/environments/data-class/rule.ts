import type { DataClass } from '@/lib/models/schema'
import { DATA_CLASSES } from '@/lib/models/words'
import type { Kind } from '../schema'

// Which data may be served where (decision 014). Pure.

/** The most sensitive class that an environment of a kind serves unless one is said. */
export function usualDataClass(kind: Kind): DataClass {
  return kind === 'on-prem' ? 'restricted' : 'internal'
}

/** Why an environment of this kind cannot serve data of this class; null when it can. */
export function dataClassMismatch(kind: Kind, dataClass: DataClass): string | null {
  if (kind === 'on-prem' || dataClass !== 'restricted') return null
  const why = kind === 'hybrid' ? 'a hybrid environment has clusters in a cloud' : 'the clusters of a cloud environment are in a cloud'
  return `Restricted data stays on-prem, and ${why}: choose internal or public. An on-prem environment serves restricted data.`
}

/** A model, and where it is served or would be. */
export interface Placing {
  model: string
  dataClass: DataClass
  environment: string
  /** The most sensitive class that the environment serves. */
  serves: DataClass
  /** Names of the clusters in a cloud, of those that would run it. */
  inCloud: readonly string[]
}

/** What is wrong about data being served there, and what would be right; null: nothing is. */
export function misplaced({ model, dataClass, environment, serves, inCloud }: Placing): { wrong: string; right: string } | null {
  if (dataClass === 'restricted' && inCloud.length > 0)
    return {
      wrong: `${model} works on restricted data, which stays on-prem, and ${environment} runs on ${inCloud.join(', ')} in a cloud.`,
      right: 'Launch it in an on-prem environment; a cluster can belong to several.',
    }
  if (DATA_CLASSES.indexOf(dataClass) <= DATA_CLASSES.indexOf(serves)) return null
  return {
    wrong: `${model} works on ${dataClass} data, and ${environment} serves ${serves} data at most.`,
    right: `Launch it in an environment that serves ${dataClass} data, or have an admin let ${environment} serve it.`,
  }
}
