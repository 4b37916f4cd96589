import { Refusal } from '../../core/errors.ts'
import { plainLine } from '../render/clean.ts'

export function fileGone(name: string): Refusal {
  return new Refusal(
    'attachment-gone',
    `${plainLine(name, 80)} is not in Discord any more. Attach it again, and leave the message there until your run has started.`,
  )
}

export function fileElsewhere(name: string): Refusal {
  return new Refusal(
    'attachment-elsewhere',
    `${plainLine(name, 80)} is not kept by Discord. Upload the archive itself to Discord.`,
  )
}

export function missingPermissions(names: readonly string[]): Refusal {
  const quoted = names.map((name) => `“${name}”`).join(', ')
  return new Refusal(
    'missing-permissions',
    `I cannot post your thread in this channel. Whoever runs this server has to give RAI’s role ${quoted} here; until then write in your course’s channel.`,
  )
}

export function otherChannels(names: readonly string[]): Refusal {
  const shown = names.slice(0, 5).map((name) => (/^\d+$/.test(name) ? `channel ${name}` : `#${plainLine(name, 80)}`))
  return new Refusal('other-channels', `Submissions are not taken in this channel. Go to ${shown.join(' or ')}.`)
}
