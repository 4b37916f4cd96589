import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { installPackages } from '../bin/machine/apt.ts'
import { ensurePackages } from '../bin/machine/packages.ts'
import { drawPage } from '../test/support/slack-page/page.ts'
import { playScenes } from '../test/support/slack-page/scenes.ts'

/** Plays a course in the stand-in workspace with the real bot, draws what is there, and takes a picture of it. */
const folder = process.argv[2] ?? join(tmpdir(), 'rai-slack')
const say = (line: string) => console.log(line)
await ensurePackages([{ package: 'chromium', provides: 'chromium', why: 'take pictures of drawn threads' }], say)
if (!existsSync('/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf')) {
  await installPackages(['fonts-noto-color-emoji'], say)
}
await mkdir(folder, { recursive: true })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
try {
  for (const { name, panels } of await playScenes()) {
    const file = join(folder, `${name}.html`)
    await writeFile(file, drawPage(panels))
    const page = await browser.newPage({ viewport: { width: 900, height: 600 } })
    await page.goto(pathToFileURL(file).href)
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
    say(join(folder, `${name}.png`))
  }
} finally {
  await browser.close()
}
