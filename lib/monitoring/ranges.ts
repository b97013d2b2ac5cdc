/** Times that pages can show, in seconds; in the address as `range=30m`. */
export const RANGES = {
  '15m': 900,
  '30m': 1_800,
  '1h': 3_600,
  '3h': 10_800,
  '12h': 43_200,
  '24h': 86_400,
  '7d': 604_800,
  '30d': 2_592_000,
} as const
export type Range = keyof typeof RANGES
