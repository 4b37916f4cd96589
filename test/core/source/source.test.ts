import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compressed, rawTar } from '../../support/archives.ts'
import { type GitServer, startGitServer } from '../../support/git-http.ts'
import { layOut, openArchive, openFolder, openIn, project } from './trees.ts'

let server: GitServer
beforeAll(async () => {
  server = await startGitServer()
})
afterAll(() => server.close())

const git = { allowHttp: true, allowPrivateAddresses: true }

describe('a source', () => {
  it('gives the same hash as folder, repository and archive', async () => {
    const commit = await server.createRepository('course/same', project)
    const folder = await openFolder(await layOut(project))
    const repository = await openIn({ kind: 'git', url: `${server.url}/course/same` }, { git })
    const tar = rawTar([...project].reverse())
    expect(repository).toMatchObject({ commit, ref: 'refs/heads/main', treeHash: folder.treeHash, entries: 7 })
    for (const bytes of [tar, gzipSync(tar), await compressed(tar, 'bzip2'), await compressed(tar, 'xz')]) {
      if (bytes !== undefined) expect((await openArchive(bytes)).treeHash).toBe(folder.treeHash)
    }
    expect(await buffer(repository.tar())).toEqual(await buffer(folder.tar()))
  })
})
