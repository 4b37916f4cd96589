import { userInfo } from 'node:os'
import type { Command } from 'commander'
import { limitsOf, machinesOf } from '../../bots/commands/limits.ts'
import type { Member } from '../../core/directory/directory.ts'
import { notEnrolled } from '../../core/directory/refusals.ts'
import { findPerson } from '../../keygen/find-person.ts'
import { limitsOf as installationLimits } from '../compose/bot-role.ts'
import type { Deployment } from '../compose/deployment.ts'
import { staffMember } from '../compose/staff.ts'
import { buildFileLimitsOf } from '../compose/stager-role.ts'
import type { CommandIo } from './io.ts'
import { withDeployment } from './start.ts'

/** Adds `limits`: what bounds whoever asks, or the person that is named. */
export function addLimitsCommand(program: Command, io: CommandIo): void {
  program
    .command('limits')
    .argument('[username]', 'somebody of a course, as the roster names them; without it, you')
    .description('every limit that applies to you, or to somebody of a course')
    .action(async (username: string | undefined, _options: unknown, command: Command) => {
      await withDeployment(command, io, { serveLinks: false, level: 'warn' }, async ({ deployment }) => {
        const members = username === undefined ? [await self(deployment)] : await membersNamed(deployment, username)
        for (const member of members) io.stdout.write(await linesOf(deployment, member))
      })
    })
}

async function self(deployment: Deployment): Promise<Member> {
  const user = userInfo().username
  return staffMember(deployment, { platform: 'shell', workspace: deployment.host, user }, user)
}

/** In each of their courses. */
async function membersNamed({ records, directory }: Deployment, username: string): Promise<Member[]> {
  const account = await findPerson({ records }, username)
  const memberships = await directory.memberships(account)
  const members = await Promise.all(memberships.map(({ course }) => directory.inCourse(account, course)))
  const found = members.filter((member) => member !== undefined)
  if (found.length === 0) throw notEnrolled('any course')
  return found
}

async function linesOf({ courses, config, records }: Deployment, member: Member): Promise<string> {
  const course = courses.byName(member.course)
  if (course === undefined) return `${member.course} is not configured here any more.\n`
  const context = { bounds: buildFileLimitsOf(config), limits: installationLimits(config) }
  const limits = [...limitsOf(course, member, context), ...(await machinesOf(course, { records }))]
  const width = Math.max(...limits.map(({ label }) => label.length))
  const lines = limits.map(({ label, value }) => `  ${label.padEnd(width)}  ${value}`)
  return [`Limits of ${member.account.username} in ${course.title}`, ...lines, ''].join('\n')
}
