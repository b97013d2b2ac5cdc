export const THEME_COOKIE = 'slipway-theme'
const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** A text as a theme; anything else is the system's. */
export function readTheme(text: unknown): Theme {
  return THEMES.find((theme) => theme === text) ?? 'system'
}
