import type { HostileClass } from './case.ts'
import { archiveClasses } from './cases/archives.ts'
import { isolationClasses } from './cases/isolation.ts'
import { resourceClasses } from './cases/resources.ts'
import { resultClasses } from './cases/results.ts'
import { sourceClasses } from './cases/sources.ts'

export const hostileClasses: readonly HostileClass[] = [
  ...resourceClasses,
  ...isolationClasses,
  ...archiveClasses,
  ...sourceClasses,
  ...resultClasses,
]
