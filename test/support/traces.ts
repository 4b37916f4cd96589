import { readdirSync, readFileSync } from 'node:fs'
import { dockerClient } from '../../bin/machine/engine-probe.ts'
import { service } from './service.ts'

/** Something on this host that carries the id of a submission, of whichever installation. */
export interface Trace {
  readonly what: string
  readonly id: string
}

/** Containers, mounts and processes. */
export async function findTraces(): Promise<Trace[]> {
  return [...(await containers()), ...mounts(), ...processes()]
}

async function containers(): Promise<Trace[]> {
  const filters = { label: ['rai.submission'] }
  const all = await dockerClient(service('docker').host).listContainers({ all: true, filters })
  return all.map(({ Id, Labels }) => ({ what: `container ${Id}`, id: Labels['rai.submission'] ?? '' }))
}

function mounts(): Trace[] {
  const lines = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  return lines.flatMap((line) => tracesIn(`mount ${line}`, line, /\b([0-9a-f]{24})\b/))
}

function processes(): Trace[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return tracesIn(`process ${pid}`, readFileSync(`/proc/${pid}/environ`, 'utf8'), /RAI_SUBMISSION=([0-9a-f]{24})/)
    } catch {
      return []
    }
  })
}

function tracesIn(what: string, text: string, pattern: RegExp): Trace[] {
  const id = pattern.exec(text)?.[1]
  return id === undefined ? [] : [{ what, id }]
}
