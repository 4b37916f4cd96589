/** How git may be used. Every field has a safe default: https to public addresses, as our own user, nobody's keys. */
export interface GitOptions {
  /** Also `http://`. For tests and closed networks: what comes back is not authenticated. */
  readonly allowHttp?: boolean
  /** Also `ssh://` and `git@host:…`, with this key and these known hosts (paths of files git's user can read). */
  readonly ssh?: { readonly keyFile: string; readonly knownHostsFile: string }
  /** Only these hosts: `github.com`, or `*.example.edu` for all below. */
  readonly allowedHosts?: readonly string[]
  /** Also addresses of this host and of private networks. */
  readonly allowPrivateAddresses?: boolean
  /** Run git as this user, which needs us to be root, and needs every folder above `scratch` to be passable for it. */
  readonly uid?: number
  readonly gid?: number
  /** Asked for each address, redirects included; the answer reaches git through a pipe alone. */
  readonly credentials?: (url: string) => Promise<GitCredentials | undefined>
  /** How a host becomes addresses; the system's resolver by default. */
  readonly resolve?: (host: string) => Promise<readonly string[]>
}

export interface GitCredentials {
  readonly username: string
  readonly password: string
}

/** A repository as git will be told of it: no credentials, no query, no fragment. */
export interface GitAddress {
  readonly url: string
  readonly host: string
  readonly port: number
  readonly ref?: string
  readonly folder?: string
}
