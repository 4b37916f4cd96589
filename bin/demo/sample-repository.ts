import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { simpleGit } from 'simple-git'
import { packageRoot } from '../package-root.ts'

/** Makes each sample project of `examples/` a bare repository `<name>.git` below `folder`. */
export async function makeSampleRepositories(folder: string, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => makeRepository(folder, name)))
}

async function makeRepository(folder: string, name: string): Promise<void> {
  const work = join(folder, 'work', name)
  await mkdir(work, { recursive: true })
  await cp(join(packageRoot(), 'examples', name), work, { recursive: true })
  const git = simpleGit(work, { config: ['user.name=A Student', 'user.email=student@example.edu'] })
  await git.init(['--initial-branch=main'])
  await git.add('.')
  await git.commit('Hand in')
  await git.clone(work, join(folder, `${name}.git`), ['--bare'])
}
