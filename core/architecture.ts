const names: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', ppc64: 'ppc64le', s390x: 's390x' }

/** This machine's architecture in Docker's words, which queues are called after. */
export function thisArchitecture(): string {
  return names[process.arch] ?? process.arch
}
