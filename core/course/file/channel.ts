import type { Place } from '../../records/submission.ts'
import type { CourseChannel } from '../course.ts'

/**
 * `slack:T0123/C0456`, `discord:1122/3344`, `terminal`, `terminal:class`. A channel of Discord is known by its own id; the
 * server is written for whoever reads the file.
 */
export function readChannel(text: string): CourseChannel | undefined {
  const [, slackTeam, slackChannel] = /^slack:(T[A-Z0-9]{1,30})\/([CGD][A-Z0-9]{1,30})$/.exec(text) ?? []
  if (slackTeam !== undefined && slackChannel !== undefined) {
    return { platform: 'slack', workspace: slackTeam, channel: slackChannel }
  }
  const [, discordChannel] = /^discord:\d{1,20}\/(\d{1,20})$/.exec(text) ?? []
  if (discordChannel !== undefined) return { platform: 'discord', channel: discordChannel }
  const [terminal, terminalChannel] = /^terminal(?::([\w-]{1,60}))?$/.exec(text) ?? []
  if (terminal === undefined) return undefined
  return { platform: 'terminal', ...(terminalChannel === undefined ? {} : { channel: terminalChannel }) }
}

export function isAt(one: CourseChannel, place: Place): boolean {
  return (
    one.platform === place.platform &&
    (one.workspace ?? place.workspace) === place.workspace &&
    (one.channel ?? place.channel) === place.channel
  )
}
