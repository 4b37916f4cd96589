import { z } from 'zod'
import { queueName } from '../../config/queue-name.ts'
import { roles } from '../../directory/rights.ts'
import { assignmentSchema } from './assignment-schema.ts'
import { readChannel } from './channel.ts'
import { choice, duration, flag, list, number, repository, scalar, section, size, span, text, whole } from './values.ts'

const channelType = 'slack:<workspace>/<channel>, discord:<server>/<channel>, terminal or terminal:<channel>'
const channel = () => scalar(channelType, readChannel)

/** An entry of `channels`: the channel alone, or with the assignment that is meant there. */
const courseChannel = z.union([channel(), section({ channel: channel(), assignment: text().exactOptional() })], {
  error: `has to be ${channelType}, alone or below “channel:” beside “assignment:”`,
})

/** What the course changes in the table of rights. */
const rightsOfRole = section({
  submit: flag().exactOptional(),
  staff: flag().exactOptional(),
  unlimited: flag().exactOptional(),
  long_runs: flag().exactOptional(),
  time_limit: span().exactOptional(),
  build_size: size().exactOptional(),
  gpus: whole(0, 64).exactOptional(),
  queues: choice(['course', 'architecture', 'any']).exactOptional(),
  network: flag().exactOptional(),
  waiting_jobs: whole(1, 10_000).exactOptional(),
  rate_limit: duration().exactOptional(),
  sees: choice(['own', 'course']).exactOptional(),
  acts_on: list(choice(roles)).exactOptional(),
  enrols: flag().exactOptional(),
})
export type RightsInFile = z.output<typeof rightsOfRole>

const name = text('up to 60 lower-case letters, digits, “.”, “-” and “_”', /^[a-z0-9][a-z0-9._-]{0,59}$/)
const queue = () => text(queueName.type, queueName.pattern)
/** On the clocks of the course; read once those are known. */
const moment = () => text()

/** course.yml. Paths in it are relative to it. */
export const courseFileSchema = section({
  name,
  title: text().exactOptional(),
  time_zone: text().exactOptional(),
  channels: list(courseChannel).exactOptional(),
  staff_channel: channel().exactOptional(),
  queue: queue().exactOptional(),
  weight: number(0.01, 1000).exactOptional(),
  supersede: flag().exactOptional(),
  image: text().exactOptional(),
  allowed_images: list(text()).exactOptional(),
  registry: text().exactOptional(),
  repository: repository().exactOptional(),
  build_file: text('a file').exactOptional(),
  time_limit: span().exactOptional(),
  keep_going: flag().exactOptional(),
  visibility: choice(['public', 'private', 'quiet']).exactOptional(),
  public_results: flag().exactOptional(),
  waiting_jobs: whole(1, 10_000).exactOptional(),
  rate_limit: duration().exactOptional(),
  late_tokens: whole(0, 1000).exactOptional(),
  teams: section({ size: whole(1, 100), locked: moment().exactOptional() }).exactOptional(),
  rights: z
    .partialRecord(z.enum(roles, { error: `has to be one of the roles ${roles.join(', ')}` }), rightsOfRole, {
      error: 'has to be a map with roles as its keys',
    })
    .exactOptional(),
  assignments: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,59}$/), assignmentSchema, {
      error: (issue) =>
        issue.code === 'invalid_key'
          ? 'is no name for an assignment: up to 60 lower-case letters, digits, “.”, “-” and “_”'
          : 'has to be a map with the names of the assignments as its keys',
    })
    .exactOptional(),
})
export type CourseInFile = z.output<typeof courseFileSchema>
