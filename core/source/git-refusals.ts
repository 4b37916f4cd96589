import prettyBytes from 'pretty-bytes'
import { Refusal } from '../errors.ts'
import { shown } from './refusals.ts'

/** Never quotes the text: it may hold a password. */
export function notARepositoryUrl(): Refusal {
  return new Refusal(
    'not-a-repository-url',
    'This is not the address of a git repository. Write it as https://host/owner/repository, without options or spaces; for a single file, name the repository and the folder.',
  )
}

export function credentialsInUrl(): Refusal {
  return new Refusal(
    'credentials-in-url',
    'The address holds a user name or password, which everybody here can now read: revoke it. Then submit the address without it.',
  )
}

export function gitProtocolNotAllowed(protocol: string, allowed: readonly string[]): Refusal {
  const names = allowed.map((name) => `${name}//`).join(', ')
  return new Refusal(
    'git-protocol-not-allowed',
    `Repositories are fetched over ${names} here, not over ${shown(protocol, 20)}. Write the address as https://host/owner/repository.`,
    { protocol: shown(protocol, 20), allowed: names },
  )
}

export function gitHostNotAllowed(host: string, allowed: readonly string[]): Refusal {
  return new Refusal(
    'git-host-not-allowed',
    `Repositories may come from ${allowed.join(', ')}, not from ${shown(host)}. Push your project to one of these, or attach an archive.`,
    { host: shown(host), allowed: allowed.join(', ') },
  )
}

export function gitHostUnknown(host: string): Refusal {
  return new Refusal('git-host-unknown', `There is no host “${shown(host)}”. Check the address for a typing error.`, {
    host: shown(host),
  })
}

export function gitAddressPrivate(host: string): Refusal {
  return new Refusal(
    'git-address-private',
    `“${shown(host)}” leads to an address inside a private network, which is not fetched from here. Use a public host, or attach an archive.`,
    { host: shown(host) },
  )
}

export function gitRedirects(url: string, hops: number): Refusal {
  return new Refusal(
    'git-too-many-redirects',
    `${shown(url)} sends git from address to address (more than ${hops} times). Submit the repository's final address.`,
    { url: shown(url), hops },
  )
}

export function refNotValid(ref: string): Refusal {
  return new Refusal(
    'ref-not-valid',
    `“${shown(ref)}” cannot be the name of a branch, tag or commit. Check it with “git branch” or “git log”.`,
    { ref: shown(ref) },
  )
}

export function refUnknown(ref: string, near: readonly string[]): Refusal {
  const hint = near.length === 0 ? 'Did you push it?' : `Did you mean ${near.map((name) => shown(name)).join(', ')}?`
  return new Refusal('ref-unknown', `The repository has no branch or tag “${shown(ref)}”. ${hint}`, {
    ref: shown(ref),
    near: near.join(', '),
  })
}

export function commitUnknown(ref: string): Refusal {
  return new Refusal(
    'commit-unknown',
    /^[0-9a-f]{40}$/.test(ref)
      ? `The repository has no commit ${ref}, or does not give it away. Did you push it? Name its branch otherwise.`
      : `A short commit id such as ${shown(ref)} is found only at the tip of a branch or tag. Give all 40 characters (“git rev-parse ${shown(ref)}”), or a branch.`,
    { ref: shown(ref) },
  )
}

export function repositoryNotFound(url: string, host: string): Refusal {
  return new Refusal(
    'repository-not-found',
    `${shown(url)} is no repository, or it is private: ${shown(host)} does not say which. Check the address; if it is private, attach an archive instead.`,
    { url: shown(url) },
  )
}

export function notGit(url: string): Refusal {
  return new Refusal(
    'not-a-repository',
    `There is no git repository at ${shown(url)}. Check the address: “git clone ${shown(url)}” has to work.`,
    { url: shown(url) },
  )
}

export function repositoryEmpty(url: string): Refusal {
  return new Refusal('repository-empty', `${shown(url)} holds no commits yet. Commit, push, and submit again.`, {
    url: shown(url),
  })
}

export function noDefaultBranch(url: string, branches: readonly string[]): Refusal {
  return new Refusal(
    'no-default-branch',
    `${shown(url)} has no default branch. Say which one to take: ${branches.map((name) => shown(name)).join(', ')}.`,
    { url: shown(url), branches: branches.join(', ') },
  )
}

export function folderNotFound(folder: string, commit: string): Refusal {
  return new Refusal(
    'folder-not-found',
    `There is no folder “${shown(folder)}” in commit ${commit.slice(0, 10)}. Check its name and case, and that it was pushed.`,
    { folder: shown(folder), commit },
  )
}

export function repositoryUnreachable(url: string): Refusal {
  return new Refusal(
    'repository-unreachable',
    `${shown(url)} could not be fetched: the host does not answer as it should. Try again later, or attach an archive.`,
    { url: shown(url) },
  )
}

export function repositoryTooLarge(limit: number): Refusal {
  return new Refusal(
    'repository-too-large',
    `Fetching this repository takes more than ${prettyBytes(limit, { binary: true })}. Remove large files from the branch, or attach an archive of what is needed.`,
    { limit },
  )
}

export function repositoryTooSlow(ms: number): Refusal {
  return new Refusal(
    'repository-too-slow',
    `Fetching this repository took longer than ${ms / 1000} s. Try again later, make it smaller, or attach an archive.`,
    { ms },
  )
}
