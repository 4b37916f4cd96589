import { access, constants, stat } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { BubblewrapFolders } from './bubblewrap-arguments.ts'

/**
 * Whether a program is there and can be executed, as the sandbox will see it. Looked up beforehand, because
 * bubblewrap tells a missing program and a failed one by the same exit code.
 *
 * @param path the command's `PATH`.
 */
export async function canFindProgram(program: string, path: string, folders: BubblewrapFolders): Promise<boolean> {
  if (program.includes('/')) return await isExecutable(onHost(posix.resolve('/build', program), folders))
  for (const folder of path.split(':')) {
    if (await isExecutable(onHost(posix.resolve('/build', folder, program), folders))) return true
  }
  return false
}

function onHost(path: string, { source, build, temporary }: BubblewrapFolders): string {
  const places = { '/src': source, '/build': build, '/tmp': temporary }
  const found = Object.entries(places).find(([inside]) => path.startsWith(`${inside}/`))
  return found === undefined ? path : join(found[1], path.slice(found[0].length))
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
