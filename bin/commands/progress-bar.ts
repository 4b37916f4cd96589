import type { Progress } from '../../keygen/desk.ts'
import type { CommandIo } from './io.ts'

const width = 30

/** `enrolling [######            ] 120/600` on a terminal; nothing on anything else. */
export function progressBar({ stderr }: Pick<CommandIo, 'stderr'>, label: string): Progress {
  if (stderr.isTTY !== true) return { update: () => undefined, end: () => undefined }
  let drawn = false
  return {
    update(done, all) {
      const full = all === 0 ? width : Math.round((done / all) * width)
      stderr.write(`\r${label} [${'#'.repeat(full)}${' '.repeat(width - full)}] ${done}/${all}`)
      drawn = true
    },
    end() {
      if (drawn) stderr.write('\n')
    },
  }
}
