import { stringify } from 'yaml'
import { manifest } from '../bots/slack/manifest.ts'

/** `deploy/slack-manifest.yaml`, from the bot's own commands, events and scopes. */
export function renderSlackManifest(): string {
  return `# Made by \`npm run docs:slack\` from bots/slack/manifest.ts; docs/slack.md shows what to do with it.\n${stringify(manifest, { lineWidth: 0 })}`
}
