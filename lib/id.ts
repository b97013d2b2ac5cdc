import { v7 } from 'uuid'

/** A new UUIDv7: ids are made by the app and sort by time. */
export function newId(): string {
  return v7()
}

/** The millisecond that a UUIDv7 carries; names the partition of what it identifies. */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}
