import { z } from 'zod'

/** One mail as its recipient got it. */
export interface ReceivedMail {
  readonly to: string
  readonly from: string
  readonly subject: string
  readonly text: string
  readonly html: string | undefined
  readonly id: string
  /** Everything that was set besides, such as `o:tracking`. */
  readonly options: Readonly<Record<string, string>>
  /** Who else could be seen in `To`. */
  readonly visibleTo: readonly string[]
}

export class Rejected extends Error {
  override readonly name = 'Rejected'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const maxRecipients = 1000
const variablesSchema = z.record(z.string(), z.record(z.string(), z.string()))

/** What Mailgun would make of this form, with its rules. Throws `Rejected`. */
export function composeMails(form: ReadonlyMap<string, string[]>, id: string): ReceivedMail[] {
  const one = (name: string) => form.get(name)?.[0]
  const to = (form.get('to') ?? []).flatMap((value) => value.split(',')).map((address) => address.trim())
  const from = one('from')
  if (!from) throw new Rejected(400, 'from parameter is missing')
  if (to.length === 0) throw new Rejected(400, 'to parameter is missing')
  if (to.length > maxRecipients)
    throw new Rejected(400, `to parameter is not valid: more than ${maxRecipients} recipients`)
  const invalid = to.find((address) => !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address))
  if (invalid !== undefined) throw new Rejected(400, 'to parameter is not a valid address. please check documentation')
  if (!one('text') && !one('html'))
    throw new Rejected(400, "Need at least one of 'text', 'html' or 'amp-html' parameters specified")
  const variables = readVariables(one('recipient-variables'))
  const options = Object.fromEntries(
    [...form].filter(([name]) => /^[ohv]:/.test(name)).map(([name, [value = '']]) => [name, value]),
  )
  return to.map((address) => {
    const fill = (text: string) => fillIn(text, variables?.[address] ?? {})
    const html = one('html')
    return {
      ...{ to: address, from, id, options },
      subject: fill(one('subject') ?? ''),
      text: fill(one('text') ?? ''),
      html: html === undefined ? undefined : fill(html),
      visibleTo: variables === undefined ? to : [address],
    }
  })
}

function readVariables(text: string | undefined) {
  if (text === undefined) return undefined
  try {
    return variablesSchema.parse(JSON.parse(text))
  } catch {
    throw new Rejected(400, 'recipient-variables parameter is not valid JSON')
  }
}

/** In one pass: a value that looks like a place stays as it is. What has no value stays too. */
function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/%recipient\.([\w-]+)%/g, (place, name: string) => values[name] ?? place)
}
