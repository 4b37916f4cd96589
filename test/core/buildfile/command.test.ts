import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { readCommand } from '../../../core/buildfile/command.ts'

function argv(text: string): readonly string[] {
  const { command, problems } = readCommand(text)
  if (command === undefined) throw new Error(JSON.stringify(problems))
  return command.argv
}

function warnings(text: string): string[] {
  return readCommand(text).problems.map(({ problem }) => problem)
}

describe('a command that runs directly', () => {
  it.each([
    ['./app --size 3', ['./app', '--size', '3']],
    [`./app "a b" 'c*'`, ['./app', 'a b', 'c*']],
    ['/bin/bash -c "for f in src/*; do echo $f; done"', ['/bin/bash', '-c', 'for f in src/*; do echo $f; done']],
    ["/bin/bash -c 'cp -rv /src/* /build'", ['/bin/bash', '-c', 'cp -rv /src/* /build']],
    ['bash -lc "echo $HOME"', ['bash', '-lc', 'echo $HOME']],
    ['bash -c "$SCRIPT"', ['bash', '-c', '$SCRIPT']],
    ['/usr/bin/env bash -c "echo $0" "$x"', ['/usr/bin/env', 'bash', '-c', 'echo $0', '$x']],
    ['nvprof -o p bash -c "echo $x"', ['nvprof', '-o', 'p', 'bash', '-c', 'echo $x']],
    ['python3 -c "print(`1`, $2)"', ['python3', '-c', 'print(`1`, $2)']],
    ['anything -c "do $this now"', ['anything', '-c', 'do $this now']],
    ['gcc -c main.c -o main.o', ['gcc', '-c', 'main.c', '-o', 'main.o']],
    ['backup~ a#b 100%', ['backup~', 'a#b', '100%']],
    ['grep "end$" file', ['grep', 'end$', 'file']],
  ])('%s', (text, expected) => {
    expect(argv(text)).toEqual(expected)
    expect(warnings(text)).toEqual([])
  })

  it('lets the shell it names expand, and no other', () => {
    const [program, ...words] = argv('/bin/sh -c "for f in one two; do echo $f; done"')
    expect(execFileSync(program ?? '', words, { encoding: 'utf8' })).toBe('one\ntwo\n')
  })
})

describe('a command that needs a shell', () => {
  it.each([
    'make && ./app | tee log',
    './app > log',
    './app < input',
    './app &',
    'make; ./app',
    'ls *.c',
    'ls a?c',
    'ls [ab].c',
    'echo $HOME',
    'echo "$HOME"',
    'echo `date`',
    'echo $(date)',
    'ls ~/data',
    'OMP_NUM_THREADS=4 ./app',
    'cd src && make',
    'ulimit -s unlimited; ./app',
    'exec ./app',
    'if true; then echo yes; fi',
    'make # everything',
    '(cd src; make)',
    'gcc -c "$FILE"',
  ])('%s', (text) => {
    expect(argv(text)).toEqual(['/bin/sh', '-c', text])
    expect(warnings(text)).toEqual([])
  })

  it('has its operators, which the original passed to make', () => {
    const [program, ...words] = argv('true && echo hello | tr a-z A-Z')
    expect(execFileSync(program ?? '', words, { encoding: 'utf8' })).toBe('HELLO\n')
  })

  it('stops at the first line that fails when it has several', () => {
    expect(argv('make\n./app')).toEqual(['/bin/sh', '-e', '-c', 'make\n./app'])
    const [program, ...words] = argv('false\ntouch never')
    expect(() => execFileSync(program ?? '', words, { stdio: 'ignore' })).toThrow()
  })
})

describe('a command that does not do what its author thinks', () => {
  it.each(['cd src', 'export A=1', 'A=1', 'source env.sh', 'set -e', 'ulimit -s unlimited', 'module=x b=y'])(
    'gets a warning when it only changes its own shell: %s',
    (text) => {
      expect(warnings(text)[0]).toMatch(/no effect on the commands after it/)
    },
  )

  it('gets a warning when the outer shell would expand a script first', () => {
    const text = '/bin/bash -c "for f in *; do echo $f; done" > list'
    expect(argv(text)[0]).toBe('/bin/sh')
    expect(readCommand(text).problems).toMatchObject([{ severity: 'warning', at: text.indexOf('$') }])
  })

  it.each(['source env.sh && make', '[[ -f a ]] && make', 'set -o pipefail; make | tee log', 'make &> log'])(
    'gets a warning when only bash knows it: %s',
    (text) => {
      expect(warnings(text).join()).toMatch(/works only in bash/)
    },
  )

  it('gets none when the word is only an argument', () => {
    expect(warnings('echo source $HOME')).toEqual([])
  })
})

describe('a command that cannot run', () => {
  it.each([
    ["echo 'a", 5, /single quote/],
    ['echo "a', 5, /double quote/],
    ['echo a\\', 6, /backslash/],
    ['"" a', 0, /program, and it is empty/],
  ])('%s is an error with its place', (text, at, problem) => {
    const read = readCommand(text)
    expect(read.command).toBeUndefined()
    expect(read.problems).toMatchObject([{ severity: 'error', at, problem: expect.stringMatching(problem) }])
  })

  it.each(['', '   ', '# only a comment', '#'])('%j is nothing at all', (text) => {
    expect(readCommand(text)).toEqual({ problems: [] })
  })
})
