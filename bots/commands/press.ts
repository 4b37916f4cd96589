import type { CardButton } from '../card.ts'

/** Buttons whose value is no submission. */
const others: Readonly<Partial<Record<CardButton['action'], readonly string[]>>> = {
  reveal: ['key', 'reveal'],
  enrol: ['keygen', 'confirm'],
}

interface Pressed {
  readonly words: readonly string[]
  readonly submission?: string
}

/** What pressing a button means, as the words that somebody would type. */
export function wordsOfPress(action: string, value: string | undefined): Pressed {
  const words = Object.entries(others).find(([name]) => name === action)?.[1]
  if (words !== undefined) return { words: [...words, value ?? ''] }
  return { words: [action], ...(value === undefined ? {} : { submission: value }) }
}
