import type { MessageRef } from '../chat.ts'
import type { Colour } from './look.ts'

/** One thread on the screen. */
export interface Job {
  readonly root: MessageRef
  readonly colour: Colour
  submission: string | undefined
  /** What the status line says of it. */
  title: string
  note: string | undefined
  /** Something of it happens now, rather than waits. */
  working: boolean
  subject: string
  /** Labels of facts that were printed. */
  readonly told: Set<string>
  posts: number
  settled: boolean
}

/** The threads of this screen, also those that an earlier process began. */
export function createJobs(barOf: (index: number) => Colour) {
  const byRoot = new Map<MessageRef, Job>()
  const rootOf = new Map<MessageRef, MessageRef>()

  function open(root: MessageRef): Job {
    const known = byRoot.get(root)
    if (known !== undefined) return known
    const colour = barOf(byRoot.size)
    const fresh = {
      title: '',
      note: undefined,
      working: false,
      subject: '',
      submission: undefined,
      posts: 0,
      settled: false,
    }
    const job: Job = { root, colour, told: new Set<string>(), ...fresh }
    byRoot.set(root, job)
    return job
  }

  return {
    open,
    belongs: (message: MessageRef, root: MessageRef) => void rootOf.set(message, root),
    ofMessage: (message: MessageRef) => {
      const root = rootOf.get(message)
      return root === undefined ? undefined : open(root)
    },
    isRoot: (message: MessageRef) => byRoot.has(message),
    ofSubmission: (submission: string) => [...byRoot.values()].find((job) => job.submission === submission),
    /** Oldest first. */
    live: () => [...byRoot.values()].filter(({ settled }) => !settled),
  }
}

export type Jobs = ReturnType<typeof createJobs>
