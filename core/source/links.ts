import type { TreeNode } from './entry.ts'
import { linkLeavesRoot } from './refusals.ts'

/** Steps that following all links of a source may take together: keeps a maze of links from taking for ever. */
const allSteps = 2_000_000
/** What Linux follows before it gives up. */
const linksFollowed = 40

/**
 * Refuses a tree in which a link leads out of the root, on its own or through other links, or in a circle. A link to
 * something that is not there is fine, as long as it would be inside.
 */
export function checkLinks(nodes: ReadonlyMap<string, TreeNode>): void {
  const budget = { steps: allSteps }
  for (const [path, node] of nodes) {
    if (node.kind === 'link' && !staysInside(path, node.target, nodes, budget)) throw linkLeavesRoot(path, node.target)
  }
}

function staysInside(
  path: string,
  target: string,
  nodes: ReadonlyMap<string, TreeNode>,
  budget: { steps: number },
): boolean {
  if (target.startsWith('/')) return false
  const place = path.split('/').slice(0, -1)
  const ahead = target.split('/').reverse()
  for (let links = 1; ahead.length > 0; ) {
    budget.steps -= 1
    if (budget.steps < 0) return false
    const name = ahead.pop()
    if (name === undefined || name === '' || name === '.') continue
    if (name === '..') {
      if (place.pop() === undefined) return false
      continue
    }
    place.push(name)
    const node = nodes.get(place.join('/'))
    if (node?.kind !== 'link') continue
    links += 1
    if (links > linksFollowed || node.target.startsWith('/')) return false
    place.pop()
    ahead.push(...node.target.split('/').reverse())
  }
  return true
}
