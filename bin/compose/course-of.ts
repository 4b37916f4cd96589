import type { Config } from '../../core/config/schema.ts'
import type { Course } from '../../core/course/course.ts'

/** The one course of an installation without course files: everybody, everywhere, within the configured limits. */
export function courseOf({ app, client, docker, limits, source }: Config): Course {
  return {
    name: app.name.toLowerCase(),
    title: app.full_name,
    queue: client.job_queue_name,
    image: docker.image,
    // Without an engine there are no images, and so none to keep anybody from.
    allowedImages: docker.runner === 'bubblewrap' ? ['**'] : docker.allowed_images,
    ...(docker.registry === undefined ? {} : { registry: docker.registry }),
    ...(source.repository === undefined ? {} : { repository: source.repository }),
    timeMs: docker.time_limit,
    keepGoing: docker.keep_going,
    visibility: 'public',
    publicResults: false,
    waitingLimit: limits.waiting_jobs,
    intervalMs: app.rate_limit,
  }
}
