import { type KnownKey, knownKeys, sectionNames } from '../core/config/known-keys.ts'
import { unusedKeys } from '../core/config/unused-keys.ts'

const introduction = `# Configuration

This page is generated from the schema by \`npm run docs:config\`.

RAI reads one YAML file: the one that \`--config\` names, else the one that \`RAI_CONFIG_FILE\` names, else
\`~/.rai_config.yml\`, else \`.rai_config.yml\` in the current folder. Without a file everything has its default, and runs
on one host. \`rai config check\` names everything that is wrong, \`rai config show\` prints what is in force.

\`\`\`yaml
docker:
  time_limit: 15m
  memory_limit: 4gb
store:
  provider: s3
  bucket: files.example.edu
\`\`\`

* **Environment variables** override the file: \`RAI_<SECTION>_<KEY>\`, such as \`RAI_DOCKER_TIME_LIMIT=15m\`. A list is
  written with commas. An empty variable counts as not set.
* **Durations** are \`250ms\`, \`90s\`, \`15m\`, \`1h30m\`, \`2d\`; a bare number counts seconds.
* **Sizes** are \`64kb\`, \`512mb\`, \`16gb\`, in powers of 1,024; a bare number counts bytes.
* **Paths** may start with \`~/\` or \`{data_dir}\`, which is \`app.data_dir\`. Other paths are relative to the current folder.
* **Names** may hold \`{name}\` (\`app.name\`) and \`{arch}\` (such as \`amd64\`).
* **Encrypted values** start with \`==RAI2==\` (written by \`rai crypto encrypt\`) or \`==AES32==\` (written by the original
  RAI, still read). Any value may be encrypted. The app secret that opens them comes from \`-s\`, else \`RAI_SECRET\`, else
  \`~/.rai_secret\`, else \`app.secret\`.
`

/** The whole of docs/configuration.md. */
export function renderConfigDocs(): string {
  return [introduction, ...sectionNames.map(renderSection), renderOlderKeys()].join('\n')
}

function renderSection(section: string): string {
  const rows = knownKeys.filter((known) => known.section === section).map(renderKey)
  return `## \`${section}\`\n\n| key | default | type | meaning |\n|---|---|---|---|\n${rows.join('')}`
}

function renderKey({ key, field }: KnownKey): string {
  const shown = field.shownDefault === '' ? '' : `\`${field.shownDefault}\``
  const type = field.secret ? 'secret' : field.type
  return `| \`${key}\` | ${shown} | ${cell(type)} | ${cell(field.description)} |\n`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function renderOlderKeys(): string {
  const rows = unusedKeys.map(({ section, key, instead }) => `| \`${section}.${key}\` | ${cell(instead)} |\n`)
  return `## Keys of the original RAI

These stay valid, do nothing, and give a notice:

| key | instead |
|---|---|
${rows.join('')}
These are read as other keys, and a notice says so:

* \`client.name\` is \`client.app_name\`.
* \`client.bucket\` is \`client.upload_destination_directory\`, or \`client.upload_bucket\` where the value has a dot.
* \`client.build_file\` is \`client.build_destination_directory\` where the value has a blank or a slash (the guide's
  \`rai build\`), and otherwise the base name of the build file.
* \`docker.username: root\` is not obeyed.
`
}
