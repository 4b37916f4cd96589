import { createHash } from 'node:crypto'

/**
 * The endpoint that holds a submission's log: the same in every process, in whatever order the endpoints are listed.
 * Adding one moves only its own share of the logs.
 */
export function chooseEndpoint(endpoints: readonly string[], submission: string): string {
  const ranked = endpoints.map((endpoint) => ({ endpoint, rank: rank(endpoint, submission) }))
  const [first] = ranked.sort((a, b) => (a.rank < b.rank ? 1 : -1))
  if (first === undefined) throw new RangeError('a Redis log needs at least one endpoint')
  return first.endpoint
}

function rank(endpoint: string, submission: string): string {
  return createHash('sha256').update(`${endpoint}\n${submission}`).digest('hex')
}
