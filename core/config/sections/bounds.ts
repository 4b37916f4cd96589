import { z } from 'zod'
import { list } from '../collections.ts'
import { flag, optionalText, secret, text } from '../fields.ts'
import { duration, seconds, size, whole } from '../measures.ts'
import { optionalPath, url } from '../texts.ts'

const protocols = ['https', 'http']

export const source = z.object({
  clone_time: duration('Time to fetch a repository.', '2m'),
  repository_bytes: size('Largest repository, as fetched.', '512mb'),
  upload_bytes: size('Largest archive a person may attach.', '256mb'),
  unpacked_bytes: size('Largest submission, unpacked, without what is left out.', '512mb'),
  entries: whole('Files, links and folders in a submission, without what is left out.', 20_000, {
    min: 1,
    max: 10_000_000,
  }),
  scanned_bytes: size('What is read of a submission at most, with what is left out.', '2gb'),
  scanned_entries: whole('Entries that are looked at in a submission, with what is left out.', 100_000, {
    min: 1,
    max: 10_000_000,
  }),
  protocols: list(
    'Ways to reach a repository: `https`, and `http`, whose answers nobody vouches for.',
    ['https'],
    (protocol) =>
      protocols.includes(protocol) ? undefined : `"${protocol}" is not allowed here; there are ${protocols.join(', ')}`,
  ),
  ssh_key_file: optionalPath('Private key for ssh addresses, readable by the user git runs as. Turns ssh on.'),
  ssh_known_hosts_file: optionalPath('Host keys of the servers that ssh may reach; goes with `source.ssh_key_file`.'),
  repository_origin: url('The one host that credentials for private repositories are for.', 'https://github.com'),
  repository: optionalText(
    'Whose repositories are whose, below that host: `ece408/{assignment}-{username}`, or with `{team}`. Those, and the `repo` column of the roster, are fetched with the credentials.',
  ),
  repository_token: secret(
    'Token that reads every repository of the course. A GitHub App is better: its tokens are for one.',
  ),
  repository_username: text('User name that goes with the token.', 'x-access-token'),
  github_app_id: optionalText('App id (or client id) of a GitHub App that is installed for the repositories.'),
  github_app_key_file: optionalPath('File with the private key of the App, as GitHub hands it out.'),
  github_api: url('URL of the API of GitHub.', 'https://api.github.com'),
  allow_private_addresses: flag(
    'Fetch from addresses in private networks. Lets students reach your servers from here.',
    false,
  ),
})

export const limits = z.object({
  waiting_jobs: whole('Submissions of one person that may wait.', 3, { min: 1, max: 10_000 }),
  log_bytes_live: size('Output of a job that can be followed live. The oldest goes.', '8mb'),
  result_bytes: size('What is kept of `/build`, before compression.', '512mb'),
  result_entries: whole('Files and folders that are kept of `/build`.', 20_000, { min: 1, max: 10_000_000 }),
  link_lifetime_seconds: seconds('How long a link to a result works.', '1h'),
  object_lifetime_days: whole('Days until the store forgets submissions and results.', 30, { min: 1, max: 3_650 }),
})

const mostDays = { min: 0, max: 36_500 }

export const retention = z.object({
  source_days: whole('Days until the code of a run is deleted; 0: as long as the store keeps it.', 0, mostDays),
  result_days: whole(
    'Days until results, logs and reports are deleted; 0: as long as the store keeps them.',
    0,
    mostDays,
  ),
})
