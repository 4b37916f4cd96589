import { z } from 'zod'
import { list } from '../collections.ts'
import { choice, flag, path, secret, text } from '../fields.ts'
import { duration } from '../measures.ts'
import { formed } from '../texts.ts'

export const app = z.object({
  name: formed('Name of this installation. Queues are called `<name>_<architecture>` after it.', 'rai', {
    type: 'up to 40 letters, digits, "-" and "_"',
    pattern: /^[A-Za-z0-9_-]{1,40}$/,
  }),
  full_name: text('Name in messages to people.', 'RAI'),
  secret: secret(
    'App secret: decrypts values in this file, signs links and protects access keys. Better given in `RAI_SECRET` or `~/.rai_secret`.',
  ),
  color: flag('Colours in what the programs print to a terminal.', true),
  debug: flag('Debug output by default, like `-d`.', false),
  verbose: flag('Verbose output by default, like `-v`.', false),
  data_dir: path('Folder for everything the embedded parts keep on this host.', '~/.rai'),
  tempdir: path('Folder for work that is thrown away.', '{data_dir}/tmp'),
  rate_limit: duration('Shortest time between two submissions of one person. 0 for none.', '30s'),
})

export const logger = z.object({
  level: choice('Least important lines that are logged.', ['trace', 'debug', 'info', 'warn', 'error', 'fatal'], 'info'),
  format: choice('`auto` is pretty on a terminal and JSON elsewhere.', ['auto', 'json', 'pretty'], 'auto'),
  hooks: list(
    'Where lines go besides: `syslog` (through the `logger` command), `journald` (priority prefixes).',
    [],
    (hook) =>
      ['syslog', 'journald'].includes(hook) ? undefined : `"${hook}" is no hook; there are syslog and journald`,
  ),
})

export const terminal = z.object({
  user: text('Name of the person in the terminal channel. `{user}` is who is logged in.', '{user}'),
  channel: text('Name of the class channel in the terminal.', 'class'),
})

export const archive = z.object({
  format: choice('Format of what is stored.', ['tar.gz'], 'tar.gz'),
})
