import Libsql from 'libsql'
import { ProviderError } from '../errors.ts'

const busyMs = 10_000

/**
 * Copies a SQLite database that others may be writing to: what they committed before this began is in it, whole.
 * `target` must not exist. It blocks the process while it copies.
 */
export function copySqlite(path: string, target: string): void {
  withFile('back up the database', path, (file) => file.prepare('vacuum into ?').run(target))
}

/** Throws when the file is no sound SQLite database. */
export function checkSqlite(path: string): void {
  withFile('check the database', path, (file) => {
    const found = file.prepare('pragma quick_check(1)').raw(true).all()
    if (JSON.stringify(found) !== '[["ok"]]') throw new Error(`it is damaged: ${JSON.stringify(found).slice(0, 200)}`)
  })
}

function withFile(operation: string, path: string, work: (file: Libsql.Database) => void): void {
  try {
    const file = new Libsql(path)
    try {
      file.pragma(`busy_timeout = ${busyMs}`)
      work(file)
    } finally {
      file.close()
    }
  } catch (cause) {
    throw new ProviderError({ provider: 'sqlite', operation, retryable: false, cause })
  }
}
