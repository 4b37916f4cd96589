import { sharedErrors } from '../../../core/oversight/same-error.ts'
import type { RunFilter } from '../../../core/records/run-list.ts'
import type { Submission } from '../../../core/records/submission.ts'
import { teamTitle } from '../../../core/records/team-rows.ts'
import { type SubmissionState, submissionStates, type Verdict, verdicts } from '../../../core/vocabulary.ts'
import { plainLine } from '../../render/clean.ts'
import { ago, count, shortId, stateTitle, verdictTitle } from '../../wording.ts'
import { fieldsCard, privately } from '../answers.ts'
import { partyOf } from './party.ts'
import { unknownFilter } from './refusals.ts'
import type { StaffCall, StaffVerb } from './verb.ts'

const mostListed = 25

export const runsVerb: StaffVerb = {
  name: 'runs',
  usage: 'runs [person or team] [--assignment a] [--state s] [--verdict v]',
  summary: 'Every run of the course, those that are stuck or failed through our fault first',
  needs: 'staff',
  async run(call) {
    const { context } = call
    const filter = await filterOf(call)
    const [runs, counts, troubled] = await Promise.all([
      context.records.runList.newest(filter, mostListed),
      context.records.runList.counts(filter),
      context.records.runList.newest({ ...filter, troubled: true }, mostListed),
    ])
    const total = counts.reduce((sum, one) => sum + one.count, 0)
    const bad = new Set(troubled.map(({ id }) => id))
    const fields = await Promise.all(
      runs.map(async (run) => {
        const who = await whoseRun(call, run)
        const how = run.verdict === undefined ? stateTitle(run) : verdictTitle(run.verdict)
        const since = ago(context.now() - run.receivedAt)
        const parts = [
          how,
          plainLine(who, 40),
          run.assignment === undefined ? [] : plainLine(run.assignment, 30),
          since,
        ]
        return { label: `${bad.has(run.id) ? '! ' : ''}${shortId(run.id)}`, value: parts.flat().join(' · ') }
      }),
    )
    const summary = counts
      .toSorted((a, b) => b.count - a.count)
      .map(
        (one) =>
          `${one.count} ${(one.verdict === undefined ? stateTitle({ state: one.state, cancelRequested: false }) : verdictTitle(one.verdict)).toLowerCase()}`,
      )
    const text =
      total === 0
        ? ['Nothing matches.']
        : [`${summary.join(', ')}.`, ...(bad.size === 0 ? [] : ['Look first at those with “!”.'])]
    return privately(fieldsCard(`${count(total, 'run')} of ${call.seat.course.title}`, fields, text))
  },
}

/** The team's name, or the person's where there is none. */
async function whoseRun({ context }: StaffCall, { team, account }: Submission): Promise<string> {
  if (team !== undefined) return teamTitle(team)
  return (await context.records.people.byId(account))?.username ?? 'somebody'
}

async function filterOf(call: StaffCall): Promise<RunFilter> {
  const { seat, words, options } = call
  const [name] = words
  const party = name === undefined ? undefined : await partyOf(call, name)
  return {
    course: seat.course.name,
    ...(options.assignment === undefined ? {} : { assignment: options.assignment.toLowerCase() }),
    ...(options.state === undefined ? {} : { state: oneOf<SubmissionState>('state', options.state, submissionStates) }),
    ...(options.verdict === undefined ? {} : { verdict: oneOf<Verdict>('verdict', options.verdict, verdicts) }),
    ...(party === undefined ? {} : 'team' in party ? { team: party.team } : { account: party.account.id }),
  }
}

function oneOf<T extends string>(what: string, value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value.toLowerCase())
  if (found === undefined) throw unknownFilter(what, value, known)
  return found
}

const searchedMs = 7 * 24 * 3_600_000
const searched = 3_000
const mostErrors = 15
const mostNames = 8

export const errorsVerb: StaffVerb = {
  name: 'errors',
  usage: 'errors [--assignment a]',
  summary: 'Who met the same first error in the last seven days',
  needs: 'staff',
  async run({ context, seat, options }) {
    const filter = {
      ...{ course: seat.course.name, verdict: 'failed' as const, receivedAfter: context.now() - searchedMs },
      ...(options.assignment === undefined ? {} : { assignment: options.assignment.toLowerCase() }),
    }
    const errors = sharedErrors(await context.records.runList.newest(filter, searched))
    const fields = await Promise.all(
      errors.slice(0, mostErrors).map(async ({ accounts, file, message, runs }) => {
        const names = await Promise.all(
          accounts
            .slice(0, mostNames)
            .map(async (id) => (await context.records.people.byId(id))?.username ?? 'somebody'),
        )
        const more = accounts.length > mostNames ? [`and ${accounts.length - mostNames} more`] : []
        const who = [...names.map((name) => plainLine(name, 30)), ...more].join(', ')
        return {
          label: count(accounts.length, 'person', 'people'),
          value: `${plainLine(`${file}: ${message}`, 160)} · ${count(runs, 'run')}: ${who}`,
        }
      }),
    )
    const text = errors.length === 0 ? ['No run failed with an error that is known by its form.'] : []
    return privately(fieldsCard('The same first error', fields, text))
  },
}
