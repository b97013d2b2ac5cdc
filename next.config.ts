import type { NextConfig } from 'next'

const config: NextConfig = {
  output: process.env.NEXT_OUTPUT === 'standalone' ? 'standalone' : undefined,
  outputFileTracingRoot: import.meta.dirname,
  serverExternalPackages: ['@node-rs/argon2', 'pino', 'pg', 'onnxruntime-node'],
  poweredByHeader: false,
}

export default config
