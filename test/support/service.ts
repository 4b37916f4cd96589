import { inject } from 'vitest'
import type { DockerAccess } from './services/docker.ts'
import type { PostgresAccess } from './services/postgres.ts'
import type { S3Access } from './services/radosgw.ts'
import type { SqsAccess } from './services/sqs.ts'

/** How to reach what test/support/services.ts started for all `*.real.test.ts`. Plain data: it crosses processes. */
export interface Services {
  readonly docker: DockerAccess
  readonly postgres: PostgresAccess
  readonly s3: S3Access
  readonly sqs: SqsAccess
}

declare module 'vitest' {
  interface ProvidedContext {
    services: Partial<Services>
  }
}

/** What a test reaches a service by. Fails loudly where `RAI_TEST_SERVICES` left it out. */
export function service<Name extends keyof Services>(name: Name): Services[Name] {
  const access = inject('services')[name]
  if (access === undefined) {
    throw new Error(`this test needs ${name}, which RAI_TEST_SERVICES=${process.env.RAI_TEST_SERVICES} leaves out`)
  }
  return access
}
