import { execa } from 'execa'

/** What an init is compiled with; Debian's package is named so too. */
export const compilers = { x64: 'gcc', arm64: 'aarch64-linux-gnu-gcc' } as const

const flags = [
  ...['-Os', '-static', '-nostdlib', '-nostartfiles', '-ffreestanding', '-fno-builtin', '-fno-stack-protector'],
  ...['-fno-pie', '-no-pie', '-fno-asynchronous-unwind-tables', '-fno-ident', '-Wall', '-Wextra', '-Werror'],
  ...['-Wl,--build-id=none', '-Wl,-z,noexecstack', '-Wl,-z,max-page-size=65536', '-Wl,-z,noseparate-code', '-s'],
]

/** The command line that makes the program `to` of the source `from`; the same compiler makes the same bytes. */
export function compilerArguments(from: string, to: string): readonly string[] {
  return [...flags, '-o', to, from]
}

/** Such as `gcc (Debian 12.2.0-14) 12.2.0`; `undefined` where it is not installed. */
export async function compilerVersion(compiler: string): Promise<string | undefined> {
  const { stdout, failed } = await execa(compiler, ['--version'], { reject: false, stdin: 'ignore' })
  return failed ? undefined : stdout.split('\n')[0]
}
