import { Refusal } from '../errors.ts'

export function backupExists(file: string): Refusal {
  return new Refusal('backup-exists', `${file} exists, and a backup overwrites nothing. Name another file.`, { file })
}

export function noBackup(file: string, problem: string): Refusal {
  return new Refusal('no-backup', `${file} is no backup that this RAI can read: ${problem}.`, { file, problem })
}

export function notEmpty(path: string): Refusal {
  const sentence = `${path} exists, and restoring overwrites nothing. Move it away, or name another app.data_dir.`
  return new Refusal('not-empty', sentence, { path })
}

export function otherDatabase(found: string, configured: string): Refusal {
  const sentence = `The backup holds a ${found} database, and database.provider is ${configured}. Set it to ${found} to restore.`
  return new Refusal('other-database', sentence, { found, configured })
}
