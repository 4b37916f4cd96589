import type { Course } from '../../core/course/course.ts'
import { allowanceOf, paceOf } from '../../core/directory/allowance.ts'
import type { Member } from '../../core/directory/directory.ts'
import type { QueueAccess, Rights } from '../../core/directory/rights.ts'
import { kindLines } from '../../core/schedule/gpu-kinds.ts'
import { count, duration, size } from '../wording.ts'
import { fieldsCard, privately } from './answers.ts'
import { assignmentLimits } from './assignment-limits.ts'
import type { Command } from './command.ts'
import type { CommandContext, Limit } from './request.ts'
import { seatOf } from './seat.ts'

export const limitsCommand: Command = {
  name: 'limits',
  usage: '',
  summary: 'Every limit that applies to you',
  options: {},
  mostWords: 0,
  async run(call) {
    const { course, member } = await seatOf(call)
    const fields = [
      ...(await assignmentLimits(course, member, call.context)),
      ...limitsOf(course, member, call.context),
      ...(await machinesOf(course, call.context)),
    ]
    return privately(fieldsCard(`Limits in ${course.title}`, fields))
  },
}

/** All that bounds one person in one course. */
export function limitsOf(
  course: Course,
  member: Pick<Member, 'role' | 'rights'>,
  { bounds, limits }: Pick<CommandContext, 'bounds' | 'limits'>,
): Limit[] {
  const { role, rights } = member
  const { waiting, intervalMs = 0 } = paceOf(rights, course)
  const { timeMs, usualTimeMs, dataBytes, gpus, network } = allowanceOf(rights, course, bounds)
  const longer = timeMs === usualTimeMs ? '' : `, ${duration(timeMs)} where the build file asks for it`
  return [
    { label: 'Your role', value: rights.submit ? role : `${role}, which may not submit` },
    {
      label: 'Waiting at a time',
      value: waiting === undefined ? 'any number (your role)' : count(waiting, 'submission'),
    },
    { label: 'Between two submissions', value: intervalMs === 0 ? 'none' : duration(intervalMs) },
    { label: 'Time of a run', value: `${duration(usualTimeMs)}${longer}` },
    { label: '/build', value: size(dataBytes) },
    { label: 'GPUs of a run', value: Number.isFinite(gpus) ? String(gpus) : 'as many as one machine has' },
    { label: 'Network', value: network ? 'where the build file asks for it' : 'none' },
    { label: 'Queue', value: queueWords(rights.queues, course.queue) },
    { label: 'Whose runs you see', value: rights.sees === 'course' ? 'all of the course' : 'yours and your team’s' },
    ...staffLimits(rights),
    ...limits,
  ]
}

const mostListed = 10

/** What runs may be in, and on: the images a build file may name, and the GPUs there are. */
export async function machinesOf(course: Course, { records }: Pick<CommandContext, 'records'>): Promise<Limit[]> {
  const { image, allowedImages = [], queue } = course
  const images = [...new Set([...(image === undefined ? [] : [image]), ...allowedImages])]
  const workers = (await records.fleet.live()).filter(({ queues }) => queues.includes(queue))
  const machines = new Map(workers.map(({ host, capabilities }) => [host, capabilities.gpus]))
  const gpus = kindLines([...machines.values()].flat(), size)
  return [
    { label: 'Images', value: listed(images, 'none but those you build') },
    { label: 'GPUs there are', value: listed(gpus, 'none') },
  ]
}

function listed(entries: readonly string[], none: string): string {
  if (entries.length === 0) return none
  const more = entries.length - mostListed
  return `${entries.slice(0, mostListed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function queueWords(access: QueueAccess, queue: string): string {
  if (access === 'course') return queue
  return access === 'any' ? `${queue}, or any that you name` : `${queue}, or that of the architecture you ask for`
}

function staffLimits({ actsOn, enrols }: Rights): Limit[] {
  if (actsOn.length === 0) return []
  return [
    { label: 'Whose runs you may end, and keys renew or withdraw', value: actsOn.join(', ') },
    { label: 'Enrol people', value: enrols ? 'yes' : 'no' },
  ]
}
