/** What stands where a secret was. */
export const redacted = '[redacted]'

export interface Redactor {
  /** A whole text. */
  redact(text: string): string
  /** For a text that comes in pieces: finds secrets that begin in one piece and end in another. */
  stream(): RedactingStream
}

export interface RedactingStream {
  /** What is certain so far. Only an end that may be the start of a secret is held back. */
  push(piece: string): string
  /** What was held back. The stream is empty afterwards, and can be used again. */
  end(): string
}

export interface RedactorOptions {
  /** Shorter secrets are left alone: redacting every `1` would hide the output and help nobody. Default 6. */
  readonly minLength?: number
}

/** Replaces each secret, the leftmost and then the longest first, also in the form it has inside JSON. */
export function createRedactor(secrets: readonly string[], { minLength = 6 }: RedactorOptions = {}): Redactor {
  const needles = needlesOf(secrets.filter((secret) => secret.length >= minLength))
  const stream = () => (needles.length === 0 ? passing() : redacting(needles))
  return {
    stream,
    redact(text) {
      const whole = stream()
      return whole.push(text) + whole.end()
    },
  }
}

function needlesOf(secrets: readonly string[]): readonly string[] {
  const all = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
  return [...new Set(all)].sort((one, other) => other.length - one.length)
}

function passing(): RedactingStream {
  return { push: (piece) => piece, end: () => '' }
}

function redacting(needles: readonly string[]): RedactingStream {
  const any = new RegExp(needles.map((needle) => needle.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g')
  let held = ''
  return {
    push(piece) {
      const { done, rest } = scan(held + piece, any, needles)
      held = rest
      return done
    },
    end() {
      const last = held.replaceAll(any, redacted)
      held = ''
      return last
    },
  }
}

/** A match is certain only when no secret that starts earlier, or is longer, can still be completed. */
function scan(text: string, any: RegExp, needles: readonly string[]): { readonly done: string; readonly rest: string } {
  let done = ''
  let from = 0
  for (;;) {
    const open = openStart(text, from, needles)
    any.lastIndex = from
    const match = any.exec(text)
    if (match === null || match.index >= open) return { done: done + text.slice(from, open), rest: text.slice(open) }
    done += text.slice(from, match.index) + redacted
    from = match.index + match[0].length
  }
}

/** The first place from which the whole rest of the text is the start of a longer secret. */
function openStart(text: string, from: number, needles: readonly string[]): number {
  const longest = needles[0]?.length ?? 0
  for (let start = Math.max(from, text.length - longest + 1); start < text.length; start++) {
    const rest = text.slice(start)
    if (needles.some((needle) => needle.length > rest.length && needle.startsWith(rest))) return start
  }
  return text.length
}
