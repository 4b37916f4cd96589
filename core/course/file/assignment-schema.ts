import type { z } from 'zod'
import { queueName } from '../../config/queue-name.ts'
import { choice, duration, flag, list, number, repository, section, size, span, text, whole } from './values.ts'

/** On the clocks of the course; read once those are known. */
const moment = () => text()

const late = section({
  grace: duration().exactOptional(),
  until: moment().exactOptional(),
  percent_per_day: number(0, 100).exactOptional(),
  tokens: flag().exactOptional(),
})

const quota = section({ per: choice(['person', 'team']), size: whole(1, 10_000), refill: span() })

const limits = section({
  time: span().exactOptional(),
  memory: size().exactOptional(),
  build: size().exactOptional(),
  gpus: whole(0, 64).exactOptional(),
})

const timing = section({
  repetitions: whole(1, 100),
  take: choice(['minimum', 'median']).exactOptional(),
  of: choice(['last-command', 'all-commands']).exactOptional(),
  exclusive_host: flag().exactOptional(),
})

const grading = section({
  image: text().exactOptional(),
  commands: list(text('a command', /^[\s\S]{1,4000}$/), 100),
  files: text('a folder').exactOptional(),
  artefacts: list(text()).exactOptional(),
  time: span().exactOptional(),
})

const ranking = section({
  metric: choice(['time', 'score']),
  order: choice(['ascending', 'descending']).exactOptional(),
  of: choice(['best', 'latest']).exactOptional(),
  valid_score: number(-1e9, 1e9).exactOptional(),
  frozen: moment().exactOptional(),
  pseudonyms: flag().exactOptional(),
})

export const assignmentSchema = section({
  title: text().exactOptional(),
  opens: moment().exactOptional(),
  due: moment().exactOptional(),
  late: late.exactOptional(),
  quotas: list(quota, 10).exactOptional(),
  build_file: text('a file').exactOptional(),
  enforce_build_file: flag().exactOptional(),
  required_files: list(text(), 100).exactOptional(),
  image: text().exactOptional(),
  allowed_images: list(text()).exactOptional(),
  limits: limits.exactOptional(),
  queue: text(queueName.type, queueName.pattern).exactOptional(),
  visibility: choice(['public', 'private', 'quiet']).exactOptional(),
  repository: repository().exactOptional(),
  timing: timing.exactOptional(),
  grading: grading.exactOptional(),
  ranking: ranking.exactOptional(),
})
export type AssignmentInFile = z.output<typeof assignmentSchema>
