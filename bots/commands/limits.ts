import type { Course } from '../../core/course/course.ts'
import type { Rights } from '../../core/directory/rights.ts'
import { count, duration } from '../wording.ts'
import { fieldsCard, privately } from './answers.ts'
import type { Command } from './command.ts'
import type { Limit } from './request.ts'
import { seatOf } from './seat.ts'

export const limitsCommand: Command = {
  name: 'limits',
  usage: '',
  summary: 'Every limit that applies to you',
  options: {},
  mostWords: 0,
  async run(call) {
    const { course, member } = await seatOf(call)
    const fields = [...courseLimits(course, member.rights), ...call.context.limits]
    return privately(fieldsCard(`Limits in ${course.title}`, fields))
  },
}

function courseLimits(course: Course, { unlimited }: Rights): Limit[] {
  const waiting = unlimited ? 'any number (your role)' : count(course.waitingLimit, 'submission')
  const interval = unlimited || course.intervalMs === 0 ? 'none' : duration(course.intervalMs)
  return [
    { label: 'Waiting at a time', value: waiting },
    { label: 'Between two submissions', value: interval },
    { label: 'Time of a run', value: duration(course.timeMs) },
  ]
}
