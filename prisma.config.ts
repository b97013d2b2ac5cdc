import { defineConfig } from 'prisma/config'

// `generate` and `validate` need an address by form only; every command that connects is given DATABASE_URL.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://127.0.0.1:5432/none' },
})
