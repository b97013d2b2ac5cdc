import pino from 'pino'
import { env } from './env'

/** The process's logger: JSON lines on stdout. Never log secrets, bodies or tokens. */
export const log = pino({ level: env().SLIPWAY_LOG_LEVEL, base: { pid: process.pid } })
