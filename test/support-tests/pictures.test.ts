import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { playScenes as playDiscord } from '../support/discord-page/scenes.ts'
import { style as discordStyle } from '../support/discord-page/style.ts'
import { drawPage } from '../support/pictures/scene.ts'
import { takePictures } from '../support/pictures/take.ts'
import { playScenes as playSlack } from '../support/slack-page/scenes.ts'
import { style as slackStyle } from '../support/slack-page/style.ts'

const chats = [
  { chat: 'Slack', play: playSlack, style: slackStyle },
  { chat: 'Discord', play: playDiscord, style: discordStyle },
]

describe.each(chats)('a day in $chat', ({ play, style }) => {
  test('is drawn whole, and what a student printed is nothing but text in it', {
    timeout: 300_000,
  }, async (context) => {
    const scenes = await play()
    const html = scenes.map(({ panels }) => drawPage(panels, style)).join('')
    expect(scenes.map(({ name }) => name)).toEqual(expect.arrayContaining(['thread', 'succeeded', 'staff', 'answers']))
    for (const text of ['Failed after', 'Succeeded in', 'A run failed through our fault', 'Submit with RAI']) {
      expect(html).toContain(text)
    }
    expect(html).not.toMatch(/class="unknown"|>undefined<|\[object|<mark>|<script/)

    if (!existsSync('/usr/bin/chromium')) context.skip('no chromium here: `npm run show:slack` as root installs it')
    const folder = await mkdtemp(join(tmpdir(), 'rai-pictures-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const pictures = await takePictures({ folder, scenes, style, say: () => undefined })
    for (const path of pictures) expect((await stat(path)).size).toBeGreaterThan(5_000)
  })
})
