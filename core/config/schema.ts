import { z } from 'zod'
import { limits, retention, source } from './sections/bounds.ts'
import { courses } from './sections/courses.ts'
import { aws, broker, database, pubsub, store } from './sections/parts.ts'
import { auth, client, discord, email, slack } from './sections/people.ts'
import { app, archive, logger, terminal } from './sections/program.ts'
import { docker, server } from './sections/running.ts'

/** Every section with its keys, in the order in which the documentation tells them. */
export const sections = {
  app,
  logger,
  database,
  broker,
  store,
  pubsub,
  aws,
  archive,
  client,
  courses,
  server,
  docker,
  source,
  limits,
  retention,
  auth,
  email,
  slack,
  discord,
  terminal,
}

/** A section that is not written takes all its defaults. */
export const configSchema = z.object({
  app: app.prefault({}),
  logger: logger.prefault({}),
  database: database.prefault({}),
  broker: broker.prefault({}),
  store: store.prefault({}),
  pubsub: pubsub.prefault({}),
  aws: aws.prefault({}),
  archive: archive.prefault({}),
  client: client.prefault({}),
  courses: courses.prefault({}),
  server: server.prefault({}),
  docker: docker.prefault({}),
  source: source.prefault({}),
  limits: limits.prefault({}),
  retention: retention.prefault({}),
  auth: auth.prefault({}),
  email: email.prefault({}),
  slack: slack.prefault({}),
  discord: discord.prefault({}),
  terminal: terminal.prefault({}),
})

/**
 * The loaded configuration. Durations are milliseconds, except in keys that end in `_seconds`; sizes are bytes;
 * paths are absolute. It holds secrets in clear: never log it.
 */
export type Config = z.output<typeof configSchema>
/** What one may write. Everything is optional. */
export type ConfigInput = z.input<typeof configSchema>
