import type { CardButton } from '../card.ts'

type Action = CardButton['action']

/** What stands before a button's value when somebody types it. The value of most is the submission they are about. */
const buttons: Readonly<Record<Action, 'submission' | readonly string[]>> = {
  cancel: 'submission',
  rerun: 'submission',
  log: 'submission',
  link: 'submission',
  take: 'submission',
  release: 'submission',
  retry: 'submission',
  reveal: ['key', 'reveal'],
  enrol: ['keygen', 'confirm'],
}

interface Pressed {
  readonly words: readonly string[]
  readonly submission?: string
}

/** What pressing a button means, as the words that somebody would type. What is no button of ours means nothing. */
export function wordsOfPress(action: string, value: string | undefined): Pressed {
  if (!isAction(action) || value === undefined || !/^[0-9a-f]{24}$/.test(value)) return { words: ['help'] }
  const words = buttons[action]
  return words === 'submission' ? { words: [action], submission: value } : { words: [...words, value] }
}

function isAction(action: string): action is Action {
  return Object.hasOwn(buttons, action)
}
