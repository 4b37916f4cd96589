import { describe, expect, it } from 'vitest'
import type { Card } from '../../../bots/card.ts'
import { liveCard, rootCard, summary } from '../../../bots/render/cards.ts'
import { verdictCard } from '../../../bots/render/verdict.ts'
import type { SubmissionView } from '../../../bots/render/view.ts'
import { bareResult } from '../../../core/records/json.ts'
import type { Submission } from '../../../core/records/submission.ts'
import { verdicts } from '../../../core/vocabulary.ts'
import { place, staged, succeeded } from '../world.ts'

const now = Date.UTC(2026, 8, 1, 12, 5)

const received: Submission = {
  id: '5f0c1d2e3a4b5c6d7e8f9a0b',
  state: 'received',
  place,
  account: 'a',
  course: 'demo',
  assignment: 'hw1',
  queue: 'rai_amd64',
  priority: 'student',
  needs: {},
  source: { kind: 'git', url: 'https://git.example/ada/matrix.git', ref: 'main' },
  submittedAt: Date.UTC(2026, 8, 1, 12),
  receivedAt: Date.UTC(2026, 8, 1, 12),
  availableAt: 0,
  attempt: 0,
  handBacks: 0,
  cancelRequested: false,
}

const view = (changes: Partial<Submission>, more: Partial<SubmissionView> = {}): SubmissionView => ({
  submission: { ...received, ...changes },
  who: 'ada',
  tail: [],
  now,
  ...more,
})

/** A card as text, the way a test is read. */
function draw({ title, note, tone, text, fields, tail, buttons }: Card): string {
  return [
    `[${tone}] ${title}${note === undefined ? '' : `: ${note}`}`,
    ...text,
    ...fields.map(({ label, value }) => `${label} = ${value}`),
    ...tail.map((line) => `> ${line}`),
    ...buttons.map(({ label, url }) => `(${label}${url === undefined ? '' : ` ${url}`})`),
  ].join('\n')
}

const warned = { ...staged, job: { ...staged.job, warnings: ['line 4: write resources.limits.network'] } }

describe('while it goes on', () => {
  it('says what was received', () => {
    expect(draw(rootCard(view({})))).toBe('[neutral] ada: git.example/ada/matrix at main · hw1\nReceived')
    expect(draw(liveCard(view({})))).toMatchInlineSnapshot(`
      "[neutral] Received
      Source = git.example/ada/matrix at main
      Assignment = hw1
      Submitted = 2026-09-01 12:00 UTC
      Id = 5f0c1d2e3a4b5c6d7e8f9a0b
      (Cancel)"
    `)
  })

  it('gives the receipt, the place in line and what to mend once it is staged', () => {
    const turn = { position: 3, startsInMs: 200_000 }
    expect(draw(liveCard(view({ state: 'queued', staged: warned }, { turn })))).toMatchInlineSnapshot(`
      "[neutral] Waiting: 3rd in line, starts in about 4 minutes
      Build file: line 4: write resources.limits.network
      Source = git.example/ada/matrix at main
      Commit = 3f2a91c0de3f
      Assignment = hw1
      Size = 1.23 kB, 7 files and folders
      SHA-256 = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      Left out = .git, a.o, b.o and 1 more
      Submitted = 2026-09-01 12:00 UTC
      Id = 5f0c1d2e3a4b5c6d7e8f9a0b
      (Cancel)"
    `)
  })

  it('shows the last lines while it runs', () => {
    const tail = Array.from({ length: 20 }, (_, n) => `line ${n + 1}`)
    const card = liveCard(view({ state: 'running', staged, attempt: 1, startedAt: now - 83_000 }, { tail }))
    expect(draw(card)).toMatch(/^\[working\] Running: 1m 23s\n/)
    expect(card.tail).toEqual(tail.slice(-12))
    expect(summary(view({ state: 'running', startedAt: now - 83_000 }))).toBe('Running: 1m 23s')
  })

  it('says that it tries again after a failure of ours, and not after a worker that left', () => {
    const running = { state: 'running', staged, startedAt: now } as const
    expect(liveCard(view({ ...running, attempt: 3 })).text).toEqual([
      'Trying again after 2 failures on our side. You need to do nothing.',
    ])
    expect(liveCard(view({ ...running, attempt: 3, handBacks: 2 })).text).toEqual([])
  })

  it('takes the button away once somebody cancelled', () => {
    const card = liveCard(view({ state: 'running', attempt: 1, startedAt: now, cancelRequested: true }))
    expect([card.title, card.buttons]).toEqual(['Cancelling', []])
  })
})

describe('a verdict', () => {
  const finished = { state: 'finished', staged, attempt: 1, finishedAt: now } as const

  it('says how it ended, what each command did and where everything is', () => {
    const links = { build: 'https://s/b', log: 'https://s/l', expiresAt: now }
    const card = verdictCard(view({ ...finished, verdict: 'succeeded', result: succeeded }, { tail: ['done'], links }))
    expect(draw(card)).toMatchInlineSnapshot(`
      "[good] Succeeded in 1.4s
      Every command ended with exit code 0.
      Its links work until 2026-09-01 12:05 UTC.
      $ make = exit 0, 1.2s
      Peak memory = 12 MB
      Build folder = 5 kB
      Id = 5f0c1d2e3a4b5c6d7e8f9a0b
      > done
      (Run again)
      (Whole log https://s/l)
      (Link https://s/b)"
    `)
  })

  it('points at the first error after a failure', () => {
    const result = {
      ...succeeded,
      sentence: '`make` was ended by SIGSEGV.',
      commands: [{ text: 'make', exitCode: 139, signal: 'SIGSEGV', durationMs: 5 }],
    }
    const firstError = { file: 'a.c', line: 3, message: 'expected ;' }
    const card = verdictCard(view({ ...finished, verdict: 'failed', result }, { firstError }))
    expect(card.text).toEqual(['`make` was ended by SIGSEGV.', 'First error: a.c:3: expected ;'])
    expect(card.fields[0]).toEqual({ label: '$ make', value: 'SIGSEGV, 5 ms' })
    expect(verdictCard(view({ ...finished, verdict: 'succeeded', result }, { firstError })).text).toHaveLength(1)
  })

  it('gives each problem of a build file a line of its own, and nothing else', () => {
    const problems = ['rai_build.yml has 2 problems:', '- line 3, column 1: One.', '- line 4, column 2: Two. # fake']
    const result = { ...succeeded, commands: [], sentence: problems.join('\n').replace(' # fake', '\n# fake') }
    expect(verdictCard(view({ ...finished, verdict: 'refused', result })).text).toEqual(problems)
  })

  it('does not repeat the sentence that ends the log', () => {
    const tail = ['done', succeeded.sentence]
    const card = verdictCard(view({ ...finished, verdict: 'succeeded', result: succeeded }, { tail }))
    expect(card.tail).toEqual(['done'])
  })

  it('that refuses says what was sent, and offers nothing that cannot work', () => {
    const { staged: _, ...bare } = finished
    const card = verdictCard(
      view({
        ...bare,
        attempt: 0,
        verdict: 'refused',
        result: bareResult('There is no rai_build.yml.', 'no-build-file'),
      }),
    )
    expect(draw(card)).toMatchInlineSnapshot(`
      "[bad] Not accepted
      There is no rai_build.yml.
      Source = git.example/ada/matrix at main
      Id = 5f0c1d2e3a4b5c6d7e8f9a0b"
    `)
  })

  it.each(verdicts)('%s has a title of its own', (verdict) => {
    const titles = verdicts.map((one) => rootCard(view({ ...finished, verdict: one })).text[0])
    expect(titles.filter((title) => title === rootCard(view({ ...finished, verdict })).text[0])).toHaveLength(1)
  })
})

describe('what strangers wrote', () => {
  const nasty = '\u001b[2J\u001b]0;x\u0007a\nb\u202e\ud83d```@everyone'

  it('stays one line of text in every place of a card', () => {
    const result = {
      ...succeeded,
      sentence: nasty,
      notices: [nasty],
      commands: [{ text: nasty, exitCode: 1, durationMs: 1 }],
    }
    const job = { ...staged.job, image: nasty, warnings: [nasty] }
    const dirty: Partial<Submission> = {
      assignment: nasty,
      source: { kind: 'git', url: `https://x/${nasty}`, ref: nasty, folder: nasty },
      staged: { ...staged, leftOut: { count: 9, examples: [nasty, nasty] }, job },
      result,
      startedAt: now,
    }
    const cards = [
      rootCard(view(dirty, { who: nasty })),
      liveCard(view({ ...dirty, state: 'queued' })),
      liveCard(view({ ...dirty, state: 'running', attempt: 1 })),
      verdictCard(view({ ...dirty, state: 'finished', verdict: 'failed', attempt: 0 })),
    ]
    for (const card of cards) {
      const { title, text, fields } = card
      const texts = [title, ...text, ...fields.flatMap(({ label, value }) => [label, value])]
      for (const one of texts) expect(one).not.toMatch(/\p{Cc}|\p{Surrogate}|\u202e/u)
    }
  })
})
