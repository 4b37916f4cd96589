import type { StaleMessage } from '../../core/records/enrolment-direct.ts'
import { type Card, type CardButton, plainCard } from '../card.ts'
import { plainLine } from '../render/clean.ts'
import { clock } from '../wording.ts'

/** What people read about their keys. No card but the one that `/rai key reveal` answers holds a secret. */

export function revealButton(delivery: string): CardButton {
  return { action: 'reveal', label: 'Reveal keys', submission: delivery }
}

/** The direct message. */
export function offerCard({ id, course, name, until }: OfferText): Card {
  const greeting = name === '' ? 'Your keys' : `${plainLine(name, 60)}, your keys`
  return {
    ...plainCard(`${greeting} for ${plainLine(course, 60)} are ready`, [
      'Press Reveal keys, and they appear to you alone, once. Keep them: nobody can show them a second time.',
      `The button works until ${clock(until)}.`,
    ]),
    buttons: [revealButton(id)],
  }
}

interface OfferText {
  readonly id: string
  readonly course: string
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** What the direct message says once its button is of no use. */
export function settledCard({ course, state, revealedAt }: Omit<StaleMessage, 'id' | 'message'>): Card {
  const which = `Your keys for ${plainLine(course, 60)}`
  if (revealedAt !== undefined) {
    return plainCard(`${which} were revealed ${clock(revealedAt)}`, [lostThem], 'good')
  }
  if (state === 'cancelled') return plainCard(`${which} were replaced or withdrawn`, [askAgain])
  return plainCard(`${which} were not revealed in time`, [askAgain])
}

const lostThem = 'If that was not you, or you lost them, `/rai key rotate` makes new ones.'
const askAgain = 'If you have none that work, `/rai key rotate` makes new ones, or ask the course staff.'

/** Under whatever else is answered to somebody whose keys no message could bring. */
export const waitingText =
  'Your keys wait for you: press Reveal keys, or type `/rai key reveal`. They appear to you alone, once.'
