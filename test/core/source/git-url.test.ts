import { describe, expect, it } from 'vitest'
import { Refusal } from '../../../core/errors.ts'
import { checkGitUrl } from '../../../core/source/git-url.ts'

const ssh = { keyFile: '/key', knownHostsFile: '/hosts' }

function codeOf(text: string, policy: Parameters<typeof checkGitUrl>[1] = {}): string {
  try {
    return `accepted as ${checkGitUrl(text, policy).url}`
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

describe('the address of a repository', () => {
  it.each([
    ['https://github.com/org/repo', { url: 'https://github.com/org/repo' }],
    ['https://github.com/org/repo.git', { url: 'https://github.com/org/repo.git' }],
    ['  https://GitHub.com/org/repo/ ', { url: 'https://github.com/org/repo' }],
    ['github.com/org/repo', { url: 'https://github.com/org/repo' }],
    ['https://github.com/org/repo/tree/main', { url: 'https://github.com/org/repo', ref: 'main' }],
    ['https://github.com/org/repo/tree/main/a/b', { url: 'https://github.com/org/repo', ref: 'main', folder: 'a/b' }],
    ['https://github.com/org/repo?tab=readme#dev', { url: 'https://github.com/org/repo', ref: 'dev' }],
    [
      'https://github.com/org/repo#feature/x:src',
      { url: 'https://github.com/org/repo', ref: 'feature/x', folder: 'src' },
    ],
    [
      `https://github.com/org/repo/commit/${'a'.repeat(40)}`,
      { url: 'https://github.com/org/repo', ref: 'a'.repeat(40) },
    ],
    ['https://gitlab.com/g/s/repo/-/tree/main/src', { url: 'https://gitlab.com/g/s/repo', ref: 'main', folder: 'src' }],
    ['https://gitlab.com/g/s/deep/repo', { url: 'https://gitlab.com/g/s/deep/repo' }],
    ['https://bitbucket.org/o/r/src/main/x', { url: 'https://bitbucket.org/o/r', ref: 'main', folder: 'x' }],
  ])('%s is understood', (text, expected) => {
    const { host: _host, port: _port, ...found } = checkGitUrl(text, {})
    expect(found).toEqual(expected)
  })

  it('may be ssh where that is configured', () => {
    expect(checkGitUrl('git@github.com:org/repo.git', { ssh })).toMatchObject({
      url: 'ssh://git@github.com/org/repo.git',
      port: 22,
    })
    expect(checkGitUrl('ssh://git@host.edu:2222/org/repo', { ssh })).toMatchObject({ host: 'host.edu', port: 2222 })
    expect(codeOf('git@github.com:org/repo.git')).toBe('git-protocol-not-allowed')
  })

  it.each([
    ['http://github.com/org/repo', 'git-protocol-not-allowed'],
    ['git://github.com/org/repo', 'git-protocol-not-allowed'],
    ['file:///etc', 'git-protocol-not-allowed'],
    ['ext::sh -c id', 'not-a-repository-url'],
    ['ext::id', 'git-protocol-not-allowed'],
    ['--upload-pack=id', 'not-a-repository-url'],
    ['-oProxyCommand=id', 'not-a-repository-url'],
    ['ssh://-oProxyCommand=id/x', 'git-protocol-not-allowed'],
    ['/etc/passwd', 'not-a-repository-url'],
    ['../repo', 'not-a-repository-url'],
    ['https://', 'not-a-repository-url'],
    ['https://github.com', 'not-a-repository-url'],
    ['https://github.com/org/repo/blob/main/a.c', 'not-a-repository-url'],
    ['https://github.com/a%0ahost=b/c', 'not-a-repository-url'],
    ['https://github.com/a/b%2f..%2fc', 'not-a-repository-url'],
    ['https://github.com/org/repo#--upload-pack=x', 'ref-not-valid'],
    ['https://github.com/org/repo#a..b', 'ref-not-valid'],
    ['https://github.com/org/repo#main:../x', 'not-a-repository-url'],
    ['https://github.com/org/repo\nx', 'not-a-repository-url'],
    [`https://github.com/${'a'.repeat(3000)}`, 'not-a-repository-url'],
    ['', 'not-a-repository-url'],
  ])('%s is refused', (text, code) => {
    expect(codeOf(text)).toBe(code)
  })

  it.each(['ssh://-oProxyCommand=id/x', 'ssh://-l@host/x', '-a@host:x'])('%s is no option for ssh', (text) => {
    expect(codeOf(text, { ssh })).toBe('not-a-repository-url')
  })

  it('with credentials is refused without repeating them', () => {
    for (const text of ['https://me:hunter2@github.com/o/r', 'https://ghp_hunter2@github.com/o/r']) {
      expect(codeOf(text)).toBe('credentials-in-url')
      expect(() => checkGitUrl(text, {})).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
      )
    }
  })

  it('must be of an allowed host where hosts are listed', () => {
    const allowedHosts = ['github.com', '*.example.edu']
    expect(codeOf('https://github.com/o/r', { allowedHosts })).toContain('accepted')
    expect(codeOf('https://git.example.edu/o/r', { allowedHosts })).toContain('accepted')
    expect(codeOf('https://github.com.evil.org/o/r', { allowedHosts })).toBe('git-host-not-allowed')
    expect(codeOf('https://badexample.edu/o/r', { allowedHosts })).toBe('git-host-not-allowed')
  })
})
