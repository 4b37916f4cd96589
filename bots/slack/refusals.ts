import { Refusal } from '../../core/errors.ts'
import { plainLine } from '../render/clean.ts'

export function fileGone(name: string): Refusal {
  return new Refusal(
    'attachment-gone',
    `${plainLine(name, 80)} is not in Slack any more. Attach it again, and leave it there until your run has started.`,
  )
}

export function fileElsewhere(name: string): Refusal {
  return new Refusal(
    'attachment-elsewhere',
    `${plainLine(name, 80)} is a link to another service. Upload the archive itself to Slack.`,
  )
}

export function notInvited(): Refusal {
  return new Refusal(
    'not-invited',
    'I am not in this channel, so I could not post your thread here. Invite me with `/invite @RAI`, or write in your course’s channel.',
  )
}

export function otherChannels(names: readonly string[]): Refusal {
  const shown = names.slice(0, 5).map((name) => `#${plainLine(name, 80)}`)
  return new Refusal('other-channels', `Submissions are not taken in this channel. Go to ${shown.join(' or ')}.`)
}
