/** What one call costs, in US dollars. */
export interface Price {
  /** The start of a call's name, `<service> <operation>`; the longest that fits counts. */
  readonly calls: string
  readonly dollars: number
}

/**
 * List prices in us-east-1, without the free tier, as these pages had them in 2025. Written down without looking at the
 * pages again: look before you plan by them.
 * Redis and SQL run on machines that cost the same however often they are called, chats cost nothing.
 */
export const sources = ['https://aws.amazon.com/sqs/pricing/', 'https://aws.amazon.com/s3/pricing/'] as const
export const prices: readonly Price[] = [
  // Standard queues: 0.40 a million requests.
  { calls: 'sqs ', dollars: 0.4 / 1_000_000 },
  // S3 Standard: GET and HEAD 0.0004 a thousand, PUT, POST and LIST 0.005 a thousand, DELETE nothing.
  { calls: 's3 GET', dollars: 0.0004 / 1_000 },
  { calls: 's3 HEAD', dollars: 0.0004 / 1_000 },
  { calls: 's3 PUT', dollars: 0.005 / 1_000 },
  { calls: 's3 POST', dollars: 0.005 / 1_000 },
]

/** What these calls cost together, in US dollars. */
export function dollarsOf(calls: ReadonlyMap<string, number>, list: readonly Price[] = prices): number {
  return [...calls].reduce((sum, [name, count]) => sum + count * priceOf(name, list), 0)
}

function priceOf(name: string, list: readonly Price[]): number {
  const fitting = list.filter(({ calls }) => name.startsWith(calls))
  return fitting.sort((a, b) => b.calls.length - a.calls.length)[0]?.dollars ?? 0
}
