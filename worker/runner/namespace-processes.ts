import { readdir, readlink } from 'node:fs/promises'

/** Sends a signal to every process of the PID namespace that `first` began, except to `first` itself. */
export async function signalNamespace(first: number, signal: NodeJS.Signals): Promise<void> {
  const namespace = await namespaceOf(first)
  if (namespace === undefined) return
  for (const name of await readdir('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === first || (await namespaceOf(pid)) !== namespace) continue
    signalQuietly(pid, signal)
  }
}

async function namespaceOf(pid: number): Promise<string | undefined> {
  return await readlink(`/proc/${pid}/ns/pid`).catch(() => undefined)
}

/** A process may end before its turn comes. */
export function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {}
}
