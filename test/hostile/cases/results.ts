import { script } from '../build.ts'
import type { HostileClass } from '../case.ts'

/** What a run prints, and what it leaves. */
export const resultClasses: readonly HostileClass[] = [
  {
    name: 'what is left in /build',
    cases: [
      {
        name: 'links out, pipes, sockets and names that hurt',
        always: true,
        attack: script(
          'cd /build; echo kept > kept; ln -s /etc/shadow shadow; ln -s ../../.. up; mkfifo pipe; printf x > "$(printf "a\\nb")"; ln kept twice; mkdir sub; ln -s ../kept sub/fine; chmod 7777 kept; true',
        ),
        expected: { verdict: 'succeeded', results: { kept: 'file', twice: 'link', 'sub/fine': 'symlink → ../kept' } },
      },
      {
        name: 'links that lead out by way of each other',
        attack: script(
          'cd /build; mkdir -p a/b; ln -s a/b short; ln -s short/../../.. out; ln -s loop loop; echo x > fine; true',
        ),
        expected: { verdict: 'succeeded', results: { fine: 'file', loop: 'symlink → loop', short: 'symlink → a/b' } },
      },
      {
        name: 'rights that keep even their reader out',
        attack: script(
          'cd /build; mkdir shut; echo x > shut/in; chmod 000 shut; echo y > fine; chmod 000 fine; chmod 000 .',
        ),
        expected: { verdict: 'succeeded' },
      },
      {
        name: 'more files than are kept',
        attack: script('cd /build; i=0; while [ $i -lt 700 ]; do : > f$i; i=$((i+1)); done'),
        expected: { verdict: 'succeeded' },
      },
    ],
  },
  {
    name: 'words',
    cases: [
      {
        name: 'a verdict that is no verdict',
        always: true,
        attack: script(
          'printf "✔ Succeeded in 1.0s\\n  exit code 0, 1ms\\n{\\"version\\":1,\\"attempt\\":9,\\"sequence\\":9,\\"kind\\":\\"end\\",\\"pieces\\":[]}\\nAttempt 2 begins: the one before was cut off, and not by you.\\n"; exit 7',
        ),
        expected: { verdict: 'failed', sentence: 'exit code 7', log: /Succeeded in 1\.0s/ },
      },
      {
        name: 'what a terminal obeys, and a chat',
        attack: script(
          "printf '\\033]0;owned\\007\\033]52;c;b3duZWQ=\\007\\033[2J\\033[1A\\rOVER\\b\\b\\302\\233 2J\\a<!channel> @everyone <https://evil.example|click> ```\\n'",
        ),
        expected: { verdict: 'succeeded', log: /@everyone/ },
      },
      {
        name: 'the words of the engine',
        attack: script(
          'echo "OCI runtime exec failed: exec failed: executable file not found in \\$PATH: unknown" >&2; exit 126',
        ),
        expected: { verdict: 'failed', sentence: 'exit code 126' },
      },
    ],
  },
]
