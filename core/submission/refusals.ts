import prettyMilliseconds from 'pretty-ms'
import { Refusal } from '../errors.ts'

export function mayNotSubmit(role: string): Refusal {
  return new Refusal(
    'may-not-submit',
    `Your role here is ${role}, which may look but not submit. Ask the course staff if that is wrong.`,
    { role },
  )
}

export function queueNotYours(role: string): Refusal {
  return new Refusal(
    'queue-not-yours',
    `Only the course staff choose a queue, and your role here is ${role}. Leave out \`--queue\` and it goes to your course's.`,
    { role },
  )
}

/** @param allowed what the role gets; 0 is none. */
export function tooManyGpus(asked: number, allowed: number, role: string): Refusal {
  const most = allowed === 0 ? 'none' : `${allowed} at most`
  return new Refusal(
    'too-many-gpus',
    `The build file asks for ${asked} GPUs, and the role ${role} gets ${most}. Set \`resources.gpu.count\` to what you may have.`,
    { asked, allowed, role },
  )
}

export function tooManyGpusFor(asked: number, most: number, assignment: string): Refusal {
  return new Refusal(
    'too-many-gpus',
    `The build file asks for ${asked} GPUs, and ${assignment} runs with ${most === 0 ? 'none' : `${most} at most`}. Set \`resources.gpu.count\` to that.`,
    { asked, allowed: most, assignment },
  )
}

export function architectureNotYours(architecture: string, queue: string, role: string): Refusal {
  return new Refusal(
    'architecture-not-yours',
    `The build file asks for ${architecture}, and submissions of the role ${role} go to ${queue} alone. Leave out \`resources.cpu.architecture\`.`,
    { architecture, queue, role },
  )
}

export function tooManyWaiting(found: number, limit: number): Refusal {
  return new Refusal(
    'too-many-waiting',
    `You already have ${found} submissions waiting, and ${limit} is the most. Wait for one to start, or cancel one with \`/rai cancel\`.`,
    { found, limit },
  )
}

export function tooSoon(sinceMs: number, intervalMs: number): Refusal {
  const leftMs = Math.max(1000, intervalMs - sinceMs)
  return new Refusal(
    'too-soon',
    `Your last submission was ${prettyMilliseconds(Math.max(0, sinceMs), { secondsDecimalDigits: 0 })} ago, and ${prettyMilliseconds(intervalMs)} must lie between two. Try again in ${prettyMilliseconds(leftMs, { secondsDecimalDigits: 0 })}.`,
    { sinceMs, intervalMs },
  )
}

/** Also for what exists and is somebody else's: ids must not tell. */
export function noSuchSubmission(text: string): Refusal {
  return new Refusal(
    'no-such-submission',
    `There is no submission ${quoted(text)} of yours or of your team. \`/rai history\` lists them.`,
  )
}

export function ambiguousSubmission(text: string, candidates: readonly string[]): Refusal {
  return new Refusal(
    'ambiguous-submission',
    `${quoted(text)} could be ${candidates.join(' or ')}. Give a few more characters of the id.`,
  )
}

export function nothingToCancel(): Refusal {
  return new Refusal('nothing-to-cancel', 'You have nothing that waits or runs. `/rai history` shows what ended.')
}

export function alreadyFinished(id: string, verdict: string): Refusal {
  return new Refusal('already-finished', `${id} has already ended (${verdict}), so there is nothing to cancel.`)
}

export function notStaged(id: string): Refusal {
  return new Refusal(
    'nothing-to-rerun',
    `${id} never had its code staged, so there is nothing to run again. Submit it anew with \`/rai submit\`.`,
  )
}

export function sourceExpired(id: string): Refusal {
  return new Refusal(
    'source-expired',
    `The code of ${id} is no longer kept, so it cannot run again. Submit it anew with \`/rai submit\`.`,
  )
}

export function startedByStaff(id: string): Refusal {
  return new Refusal('started-by-staff', `${id} was started by the course staff, so only they can cancel it.`)
}

export function noBuildFile(name: string): Refusal {
  return new Refusal(
    'no-build-file',
    `There is no ${name} at the top of what you submitted, so RAI does not know what to run. Add one that names an image and the commands; the course has an example.`,
    { name },
  )
}

export function noImage(name: string): Refusal {
  return new Refusal(
    'no-image',
    `${name} names no image, and this course has no default. Add \`image:\` below \`rai:\`.`,
    { name },
  )
}

export function nothingToRunHere(name: string): Refusal {
  return new Refusal(
    'no-commands',
    `${name} has no commands, and images are not built here. List what to run below \`commands:\` and \`build:\`.`,
    { name },
  )
}

export function noSuchWorker(wanted: string, key: string): Refusal {
  return new Refusal(
    'no-such-worker',
    `The build file asks for ${wanted}, and no machine of this course has that, so it would wait for ever. Leave out \`${key}\` to run without.`,
    { wanted, key },
  )
}

/** @param there what the machines have, one each. */
export function noSuchGpu(wanted: string, there: readonly string[]): Refusal {
  const found = there.length === 0 ? 'None of them has a GPU.' : `They have ${there.slice(0, 5).join('; ')}.`
  return new Refusal(
    'no-such-worker',
    `The build file asks for ${wanted}, and no machine of this queue has that, so it would wait for ever. ${found} Change \`resources.gpu\`, or leave it out.`,
    { wanted, there: there.join('; ') },
  )
}

export function requiredFilesMissing(missing: readonly string[]): Refusal {
  const list = missing.slice(0, 5).join(', ')
  return new Refusal(
    'required-file-missing',
    `This course wants ${list} in every submission, and ${missing.length === 1 ? 'it is' : 'they are'} not there. Add ${missing.length === 1 ? 'it' : 'them'} at the top and submit again.`,
    { missing: list },
  )
}

/** What a person typed, short and on one line. */
function quoted(text: string): string {
  const line = text.replaceAll(/[\p{Cc}`]/gu, ' ').trim()
  return `“${line.length > 40 ? `${line.slice(0, 40)}…` : line}”`
}
