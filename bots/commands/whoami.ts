import { unknownPerson } from '../../core/directory/refusals.ts'
import type { Membership } from '../../core/records/people.ts'
import { teamTitle } from '../../core/records/team-rows.ts'
import { plainLine } from '../render/clean.ts'
import { fieldsCard, privately } from './answers.ts'
import type { Command } from './command.ts'

export const whoamiCommand: Command = {
  name: 'whoami',
  usage: '',
  summary: 'Who RAI takes you for, and in which courses',
  options: {},
  mostWords: 0,
  async run({ context, request }) {
    const account = await context.directory.identify(request.identity)
    if (account === undefined) throw unknownPerson()
    const memberships = await context.directory.memberships(account)
    const name = `${account.firstName} ${account.lastName}`.trim()
    const title = name === '' ? account.username : `${name} (${account.username})`
    const text = memberships.length === 0 ? ['You are enrolled in no course.'] : []
    return privately(fieldsCard(`You are ${plainLine(title)}`, memberships.map(toField), text))
  },
}

function toField({ course, role, team }: Membership) {
  return { label: course, value: team === undefined ? role : `${role}, team ${plainLine(teamTitle(team), 60)}` }
}
