import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { packageRoot } from '../package-root.ts'

const identity = ['-c', 'user.name=A Student', '-c', 'user.email=student@example.edu']

/** Makes each sample project of `examples/` a bare repository `<name>.git` below `folder`. */
export async function makeSampleRepositories(folder: string, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => makeRepository(folder, name)))
}

async function makeRepository(folder: string, name: string): Promise<void> {
  const work = join(folder, 'work', name)
  await mkdir(work, { recursive: true })
  await cp(join(packageRoot(), 'examples', name), work, { recursive: true })
  const git = execa({ cwd: work, env: { GIT_CONFIG_NOSYSTEM: '1', HOME: work } })
  await git`git init --quiet --initial-branch=main`
  await git`git add --all`
  await git('git', [...identity, 'commit', '--quiet', '--message', 'Hand in'])
  await git('git', ['clone', '--quiet', '--bare', work, join(folder, `${name}.git`)])
}
