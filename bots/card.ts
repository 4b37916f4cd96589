/**
 * What a person sees, before any platform's look. All text is plain and may be hostile: the transport escapes it,
 * neutralises mentions and fences, and keeps to the platform's lengths.
 */
export interface Card {
  /** One line. */
  readonly title: string
  /** Behind the title, and changing by itself: place in line, time so far. */
  readonly note?: string
  /** Colour and symbol. `ours`: a failure that is not the student's. */
  readonly tone: 'neutral' | 'working' | 'good' | 'bad' | 'ours'
  /** Paragraphs under the title. */
  readonly text: readonly string[]
  /** Short facts: `Commit  3f2a…`. */
  readonly fields: readonly CardField[]
  /** The last lines of output, oldest first, already stripped of what no chat can show; may hold SGR colours. */
  readonly tail: readonly string[]
  readonly buttons: readonly CardButton[]
  /** What it is about, for the transport to keep beside the message. */
  readonly submission?: string
}

export interface CardField {
  readonly label: string
  readonly value: string
}

/**
 * `link` answers privately, or opens `url` where the course made results public. Of `reveal` and `enrol`, `submission`
 * is what they are about: a delivery of keys, a roster.
 */
export interface CardButton {
  readonly action: 'cancel' | 'rerun' | 'log' | 'link' | 'take' | 'release' | 'retry' | 'reveal' | 'enrol'
  readonly label: string
  readonly submission: string
  readonly url?: string
}

/** A card with nothing but a title and paragraphs. */
export function plainCard(title: string, text: readonly string[] = [], tone: Card['tone'] = 'neutral'): Card {
  return { title, tone, text, fields: [], tail: [], buttons: [] }
}

/** A sentence, such as a refusal, reads better without the looks of a heading. */
export function isSentence(title: string): boolean {
  return /[.?!]$/.test(title)
}

/** What somebody types, or an id, is code; the name of a fact is not. */
export function isTyped(label: string): boolean {
  return /^[/$-]|^[0-9a-f]{8}$/.test(label)
}
