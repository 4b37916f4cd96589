import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { plainCard } from '../../../bots/card.ts'
import { handleCommand } from '../../../bots/commands/handle.ts'
import type { CommandRequest } from '../../../bots/commands/request.ts'
import { completer } from '../../../bots/terminal/prompt.ts'
import { createTerminal, type Terminal, type TerminalOptions } from '../../../bots/terminal/terminal.ts'
import { createWorld, succeeded, type World } from '../world.ts'

function open(changes: Partial<TerminalOptions> = {}) {
  const input = new PassThrough()
  const output = Object.assign(new PassThrough(), { columns: 80 })
  let raw = ''
  output.on('data', (bytes) => {
    raw += bytes
  })
  const terminal = createTerminal({
    ...{ input, output, live: false, colours: false, workspace: 'here', channel: 'class', user: 'ada' },
    ...changes,
  })
  return { terminal, input, raw: () => raw, text: () => stripVTControlCharacters(raw) }
}

type Opened = ReturnType<typeof open>

let world: World
let ending: AbortController

beforeEach(async () => {
  world = await createWorld()
  ending = new AbortController()
})

afterEach(async () => {
  ending.abort()
  await world.dispose()
})

const until = (check: () => void) => vi.waitFor(check, { timeout: 8_000, interval: 10 })
const handle = (request: CommandRequest) => handleCommand(world.context, request)

function render({ chat, onLine }: Terminal) {
  return world.render(chat, { onLine, alone: true, tickMs: 100 })
}

async function runOne({ text }: Opened) {
  await until(() => expect(text()).toContain('Received'))
  await world.stage()
  await until(() => expect(text()).toContain('Waiting'))
  return world.claim()
}

describe('without a terminal', () => {
  it('prints a whole submission as plain lines, each once and in order', async () => {
    const opened = open()
    const { terminal, raw } = opened
    render(terminal)
    terminal.header('RAI', ['Welcome.'])
    await terminal.ask('/rai submit https://git.example/ada/p.git', handle)
    const run = await runOne(opened)
    await until(() => expect(raw()).toContain('● Running'))
    await run.print('$ make\n', 'system')
    await run.print('\u001b[31mcc\u001b[0m main.c\nand ')
    await run.print('more\n')
    await run.print(`${succeeded.sentence}\n`, 'system')
    await run.finish()
    await until(() => expect(raw()).toContain('╰'))
    expect(raw().replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    const order = ['# class', 'ada  /rai submit', 'RAI  ✔ Received', '╭ RAI  ada: git.example/ada/p', '○ Waiting']
    order.push('● Running', '│ $ make', '│ cc main.c', '│ and more', '✔ Succeeded in 1.4s', 'exit 0, 1.2s')
    order.push('Result  https://store.example/build-', '╰─')
    const places = order.map((part) => raw().indexOf(part))
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(places).not.toContain(-1)
    for (const once of ['cc main.c', 'and more', '✔ Succeeded', '● Running', succeeded.sentence])
      expect(raw().split(once)).toHaveLength(2)
  })

  it('says of which submission a line is where there are several', async () => {
    const opened = open()
    render(opened.terminal)
    const [first, second] = [await world.queued(), await world.queued()]
    await until(() => expect(opened.raw().split('○ Waiting')).toHaveLength(3))
    const run = await world.claim()
    await run.print('hello\n')
    await until(() => expect(opened.raw()).toContain(`${first.slice(0, 8)} │ hello`))
    expect(opened.raw()).not.toContain(`${second.slice(0, 8)} │ hello`)
  })

  it('answers the lines of a pipe one after the other, and ends with it', async () => {
    const { terminal, input, raw } = open()
    input.end('/rai whoami\nhello there\n\nrai limits\n')
    expect(await terminal.prompt(handle, ending.signal)).toBe('end')
    expect(raw()).toMatch(/You are ADA(.|\n)*I only listen to lines that begin with \/rai(.|\n)*Limits in Demo course/)
  })

  it('lets nothing of a student reach the screen but text', async () => {
    const opened = open()
    render(opened.terminal)
    await world.queued({ source: { kind: 'git', url: 'https://x/\u001b[2J\u001b]0;t\u0007p' } })
    const run = await world.claim()
    await run.print('\u001b[2J\u001b[H\u001b]52;c;eA==\u0007fake\r$ rm\u0000 -rf\n')
    await run.finish('failed', { ...succeeded, sentence: 'a\u001b[1Ab\r\nc' })
    await until(() => expect(opened.raw()).toContain('╰'))
    expect(opened.raw().replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    expect(opened.raw()).toContain('│ $ rm -rf')
  })
})

describe('on a terminal', () => {
  it('keeps one status line under what scrolls, and takes it away in the end', async () => {
    const opened = open({ live: true, colours: true })
    const { terminal, raw, text } = opened
    render(terminal)
    await terminal.ask('/rai submit https://git.example/ada/p.git', handle)
    const run = await runOne(opened)
    await run.print('\u001b[31mred\u001b[0m\n')
    await until(() => expect(text()).toMatch(/⠋|⠙|⠹|⠸/))
    await until(() => expect(text()).toMatch(/Running {2}\ds {2}ada: git\.example/))
    await run.finish()
    await until(() => expect(text()).toContain('╰'))
    const length = raw().length
    terminal.close()
    terminal.say(plainCard('bye'))
    expect(raw().slice(length)).not.toContain('Running')
    expect(raw()).toContain('\u001b[31mred')
  })

  it('asks, answers, and leaves with Ctrl-D', async () => {
    const { terminal, input, text } = open({ live: true })
    const ended = terminal.prompt(handle, ending.signal)
    await until(() => expect(text()).toContain('ada ›'))
    input.write('/rai whoami\r')
    await until(() => expect(text()).toContain('You are ADA'))
    input.write('\u0004')
    expect(await ended).toBe('end')
  })

  it('leaves at once with Ctrl-C when nothing runs', async () => {
    const { terminal, input, text } = open({ live: true })
    const ended = terminal.prompt(handle, ending.signal)
    await until(() => expect(text()).toContain('ada ›'))
    input.write('\u0003')
    expect(await ended).toBe('left')
  })

  it('cancels what runs with Ctrl-C, and leaves with another one', async () => {
    const opened = open({ live: true })
    const { terminal, input, text } = opened
    render(terminal)
    const id = await world.queued()
    await world.claim()
    const ended = terminal.prompt(handle, ending.signal)
    await until(() => expect(text()).toContain('● Running'))
    input.write('\u0003')
    await until(() => expect(text()).toContain('Cancelling: git.example'))
    expect((await world.submissionOf(id)).cancelRequested).toBe(true)
    input.write('\u0003')
    expect(await ended).toBe('left')
  })

  it('ends when it is told to', async () => {
    const { terminal, text } = open({ live: true })
    const ended = terminal.prompt(handle, ending.signal)
    await until(() => expect(text()).toContain('ada ›'))
    ending.abort()
    expect(await ended).toBe('stopped')
  })
})

it.each([
  ['/rai sta', [['status ', 'staff '], 'sta']],
  ['/rai xyz', [[], 'xyz']],
  ['/r', [['/rai '], '/r']],
  ['/rai submit x', [[], '/rai submit x']],
])('completes "%s"', (line, expected) => {
  expect(completer(line)).toEqual(expected)
})
