import { Readable } from 'node:stream'
import { findAssignment } from '../../../core/course/admission.ts'
import { erasePerson } from '../../../core/oversight/erase.ts'
import { fileNamePart, openArchive } from '../../../core/oversight/export-archive.ts'
import { exportCsv } from '../../../core/oversight/export-csv.ts'
import { newSubmissionId } from '../../../core/vocabulary.ts'
import { plainCard } from '../../card.ts'
import { plainLine } from '../../render/clean.ts'
import { clock, count, duration, linksWork } from '../../wording.ts'
import { requireMayActOnPerson } from '../acting-on.ts'
import { privately } from '../answers.ts'
import { partyOf } from './party.ts'
import { notYourself, sayYes, unknownParty, wrongWords } from './refusals.ts'
import type { StaffCall, StaffVerb } from './verb.ts'

export const exportVerb: StaffVerb = {
  name: 'export',
  usage: 'export [assignment] [person or team]',
  summary: 'A table of every run; or of one person or team, what they handed in and what came of it',
  needs: 'instructor',
  async run(call) {
    const { seat, words } = call
    const [name, whom, surplus] = words
    if (surplus !== undefined) throw wrongWords(exportVerb.usage)
    const assignment = name === undefined ? undefined : (findAssignment(seat.course, name)?.name ?? name)
    const party = whom === undefined ? undefined : await partyOf(call, whom)
    const stem = [seat.course.name, assignment, whom]
      .flatMap((part) => (part === undefined ? [] : fileNamePart(part)))
      .join('-')
    if (party === undefined) {
      const rows = exportCsv(call.context.records, seat.course, assignment)
      return fileAnswer(call, {
        name: `${stem}.csv`,
        contentType: 'text/csv; charset=utf-8',
        body: Readable.from(rows),
      })
    }
    const filter = {
      course: seat.course.name,
      ...(assignment === undefined ? {} : { assignment }),
      ...('team' in party ? party : { account: party.account.id }),
    }
    const body = openArchive({ records: call.context.records, store: call.context.store, filter })
    return fileAnswer(call, { name: `${stem}.tar`, contentType: 'application/x-tar', body })
  },
}

interface Exported {
  readonly name: string
  readonly contentType: string
  readonly body: Readable
}

/** Through the store, as a link for this person: it may be larger than any chat takes, and it expires by itself. */
async function fileAnswer({ context }: StaffCall, { name, contentType, body }: Exported) {
  const { store, linkSeconds } = context
  const key = `exports/${newSubmissionId()}${newSubmissionId()}`
  await store.put(key, body, { contentType, lifetime: 'expiring' })
  const { url, expiresAt } = await store.link(key, { expiresInSeconds: linkSeconds, filename: name })
  return privately(
    plainCard(name, [url, `${linksWork(expiresAt)} It holds what students handed in: keep it as you keep grades.`]),
  )
}

export const archiveVerb: StaffVerb = {
  name: 'archive',
  usage: 'archive [yes|undo]',
  summary: 'End the term: the course takes nothing more, and everything stays to be read',
  needs: 'instructor',
  async run({ context, seat, words }) {
    const { terms } = context.records
    const { name, title } = seat.course
    const by = seat.member.account.id
    if (words[0] === 'undo') {
      await terms.reopen(name, by)
      return privately(plainCard(`${title} is open again`, [], 'good'))
    }
    const known = await terms.archived(name)
    if (known !== undefined) return privately(plainCard(`The term of ${title} has been over since ${clock(known.at)}`))
    if (words[0] !== 'yes') throw sayYes(`From then on nobody can submit to ${title}.`, '/rai staff archive yes')
    await terms.archive(name, by)
    return privately(
      plainCard(
        `The term of ${title} is over`,
        ['`/rai staff export` gives you all of it; `/rai staff archive undo` opens it again.'],
        'good',
      ),
    )
  },
}

export const retentionVerb: StaffVerb = {
  name: 'retention',
  usage: 'retention',
  summary: 'How long code and results are kept',
  needs: 'staff',
  async run({ context }) {
    const { sourceMs, resultMs } = context.retention
    const kept = (ms: number | undefined) =>
      ms === undefined ? 'as long as the store keeps them' : `deleted ${duration(ms)} after the run ended`
    const lines = [`Code: ${kept(sourceMs)}.`, `Results, logs and reports: ${kept(resultMs)}.`]
    return privately(
      plainCard('What is kept', [
        ...lines,
        'Verdicts, times and the audit trail stay. The server’s configuration decides: `retention`.',
      ]),
    )
  },
}

const forgottenElsewhere = "and would be forgotten there, too. Ask whoever runs RAI's server."

export const deleteVerb: StaffVerb = {
  name: 'delete',
  usage: 'delete <username> [yes]',
  summary: 'Forget one person: name, keys, code and results go; verdicts stay without a name',
  needs: 'instructor',
  async run(call) {
    const { context, seat, words } = call
    const [name, confirmed, surplus] = words
    if (name === undefined || surplus !== undefined) throw wrongWords(deleteVerb.usage)
    const party = await partyOf(call, name)
    if ('team' in party) throw unknownParty(name)
    const { account } = party
    if (account.id === seat.member.account.id) throw notYourself()
    await requireMayActOnPerson(context, seat, account.id, { action: 'delete', otherwise: forgottenElsewhere })
    const shown = plainLine(account.username, 60)
    if (confirmed !== 'yes')
      throw sayYes(`That deletes what ${shown} handed in, in every course, for ever.`, `/rai staff delete ${shown} yes`)
    const { username, runs, running } = await erasePerson(
      context.records,
      context.store,
      account.id,
      seat.member.account.id,
    )
    context.poke()
    const still =
      running === 0
        ? []
        : [
            `${count(running, 'run')} of theirs ${running === 1 ? 'is' : 'are'} being ended; what that leaves goes within the hour.`,
          ]
    return privately(
      plainCard(
        `${shown} is forgotten`,
        [
          `Verdicts and times stay as ${username}’s; the code and results of ${count(runs, 'run')} are deleted.`,
          ...still,
        ],
        'good',
      ),
    )
  },
}
