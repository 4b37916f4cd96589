import { expect, it } from 'vitest'
import { createErrorFinder, describeFirstError } from '../../../bots/render/first-error.ts'

function firstIn(output: string): string | undefined {
  const finder = createErrorFinder()
  for (const line of output.split('\n')) finder.see(line)
  return finder.found && describeFirstError(finder.found)
}

it.each([
  [
    'gcc',
    "main.c:3:15: warning: unused\nmain.c:4:1: error: expected ';'\nb.c:1:1: error: other",
    "main.c:4: expected ';'",
  ],
  [
    'clang, in colours',
    "\u001b[1mmain.c:3:5: \u001b[0;1;31merror: \u001b[0muse of undeclared 'x'",
    "main.c:3: use of undeclared 'x'",
  ],
  [
    'a missing header',
    'src/a.cpp:1:10: fatal error: b.h: No such file or directory',
    'src/a.cpp:1: b.h: No such file or directory',
  ],
  ['nvcc', 'kernel.cu(12): error: identifier "x" is undefined', 'kernel.cu:12: identifier "x" is undefined'],
  [
    'nvcc with a number',
    'kernel.cu(12): error #20: identifier "x" is undefined',
    'kernel.cu:12: identifier "x" is undefined',
  ],
  ['javac', 'Main.java:5: error: cannot find symbol\n    int y = x;', 'Main.java:5: cannot find symbol'],
  [
    'the linker',
    "/usr/bin/ld: main.o: in function `main':\nmain.c:(.text+0x5): undefined reference to `foo'",
    "main.c: undefined reference to `foo'",
  ],
  ['rustc', 'error[E0308]: mismatched types\n  --> src/main.rs:4:9\n   |', 'src/main.rs:4: mismatched types'],
  [
    'python',
    'Traceback (most recent call last):\n  File "a.py", line 9, in <module>\n    f()\n  File "b.py", line 2, in f\n    x\nNameError: name \'x\' is not defined',
    "b.py:2: NameError: name 'x' is not defined",
  ],
  [
    'a python syntax error',
    '  File "a.py", line 3\n    def\n       ^\nSyntaxError: invalid syntax',
    'a.py:3: SyntaxError: invalid syntax',
  ],
])('recognises %s', (_, output, expected) => {
  expect(firstIn(output)).toBe(expected)
})

it.each([
  ['a program that says error', 'error: something\nresult: error: 5\nERROR 12'],
  ['a link', 'see https://example.org:80:1'],
  ['a log with a time', '12:30:01 INFO no error: fine'],
])('sees nothing in %s', (_, output) => {
  expect(firstIn(output)).toBeUndefined()
})
