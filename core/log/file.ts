import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failuresOf } from '../system-error.ts'
import { defaultLogCap, type LogCap } from './cap.ts'
import { assertLogName } from './entry.ts'
import { followEntries, readEntries } from './file-reader.ts'
import { startLogSweeper } from './file-sweeper.ts'
import { createLogWriter } from './file-writer.ts'
import { createFollowing } from './following.ts'
import type { SubmissionLog } from './log.ts'
import { createTurns } from './turns.ts'

export interface FileLogOptions {
  /** Folder of the logs; made when it is missing. Every process of this host may read and write there. */
  readonly root: string
  readonly cap?: LogCap
  /** How long a log lives after its last entry. */
  readonly expireMs: number
  /** How long a reader may miss a change where the system reports none. */
  readonly pollMs?: number
  readonly sweepEveryMs?: number
}

const failAs = failuresOf('file')

/** Live logs as files of one host: a folder a submission, one entry a line. */
export function createFileLog(options: FileLogOptions): SubmissionLog {
  const { root, cap = defaultLogCap, expireMs, pollMs = 250, sweepEveryMs = expireMs / 10 } = options
  const writer = createLogWriter(cap)
  const turns = createTurns()
  const following = createFollowing()
  const sweeper = startLogSweeper({ root, expireMs, everyMs: sweepEveryMs })

  function folderOf(submission: string): string {
    assertLogName(submission)
    return join(root, submission)
  }

  return {
    async append(submission, entries) {
      const folder = folderOf(submission)
      await turns.take(submission, () => failAs('append to a log', () => writer.append(folder, entries)))
    },

    async read(submission, readOptions) {
      const folder = folderOf(submission)
      return await failAs('read a log', () => readEntries(folder, readOptions))
    },

    async *follow(submission, { after, signal }) {
      const folder = folderOf(submission)
      const reader = following.begin(signal)
      try {
        yield* followEntries(folder, { after, signal: reader.signal, pollMs })
      } finally {
        reader.release()
      }
    },

    async remove(submission) {
      const folder = folderOf(submission)
      await turns.take(submission, () => failAs('remove a log', () => rm(folder, { recursive: true, force: true })))
    },

    check: () => failAs('write to its folder', () => probe(root)),

    async close() {
      following.close()
      await sweeper.close()
    },
  }
}

async function probe(root: string): Promise<void> {
  const file = join(root, `.${randomUUID()}`)
  await mkdir(root, { recursive: true, mode: 0o700 })
  await writeFile(file, '')
  await rm(file)
}
