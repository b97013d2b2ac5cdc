import type { NextConfig } from 'next'

const config: NextConfig = {
  // Another folder lets a second server (a test's, a bench's) run beside the first.
  distDir: process.env.NEXT_DIST_DIR ?? '.next',
  output: process.env.NEXT_OUTPUT === 'standalone' ? 'standalone' : undefined,
  outputFileTracingRoot: import.meta.dirname,
  serverExternalPackages: ['@node-rs/argon2', 'pino', 'pg', 'onnxruntime-node'],
  poweredByHeader: false,
}

export default config
