/** A text as LIKE takes it literally. Prisma too hands % and _ on as wildcards. */
export function literally(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&')
}

/** Prisma's filter for a field that contains a text, in upper or lower case. */
export function containing(text: string) {
  return { contains: literally(text), mode: 'insensitive' as const }
}

/** The pattern of ILIKE for a text somewhere within. */
export function likeContaining(text: string): string {
  return `%${literally(text)}%`
}
