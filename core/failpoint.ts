/**
 * The moments of a submission at which a test may stop, freeze or kill this process. What has been committed by then,
 * and what has not, is said by the name.
 */
export type Failpoint =
  /** The promise is in the records; nobody was told yet. */
  | 'received'
  | 'staging-claimed'
  | 'source-put'
  | 'enqueued'
  | 'wake-up-sent'
  | 'claimed'
  | 'image-ready'
  | 'container-started'
  /** Some output has been read, none of it written down. */
  | 'mid-output'
  | 'run-over'
  | 'result-kept'
  | 'verdict-committed'
  /** The row of a message to the thread is in the records, the message is not in the chat. */
  | `${ThreadMessage}-sending`
  /** The message is in the chat, its row does not say so. */
  | `${ThreadMessage}-posted`
  | `${ThreadMessage}-sent`
  | 'thread-ended'

type ThreadMessage = 'root' | 'card' | 'verdict' | 'log' | 'notice'

export type OnFailpoint = (name: Failpoint) => Promise<void> | undefined

let onReached: OnFailpoint | undefined

/** Does nothing, unless this process was armed. */
export function failpoint(name: Failpoint): Promise<void> | undefined {
  return onReached?.(name)
}

/** For the whole process; only `bin` does it, and only when its environment says so. */
export function armFailpoints(reached: OnFailpoint | undefined): void {
  onReached = reached
}
