/** The models' input, in this order: float32[8]. */
export const FEATURES = [
  'dep_hour',
  'day_of_week',
  'distance_mi',
  'origin_delay_rate',
  'dest_delay_rate',
  'origin_late_1h',
  'dest_late_1h',
  'origin_departures_1h',
] as const

/** An alert from this score on: a missed delay costs three false alarms, 1 / (1 + 3). */
export const THRESHOLD = 0.25
