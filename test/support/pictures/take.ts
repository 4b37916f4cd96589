import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { installPackages } from '../../../bin/machine/apt.ts'
import { ensurePackages } from '../../../bin/machine/packages.ts'
import { drawPage, type Scene } from './scene.ts'

export interface PictureOptions {
  readonly folder: string
  readonly scenes: readonly Scene[]
  readonly style: string
  readonly say: (line: string) => void
}

/** Draws scenes with Debian's browser, which is installed where it is missing. Answers the pictures' paths. */
export async function takePictures({ folder, scenes, style, say }: PictureOptions): Promise<string[]> {
  await ensurePackages([{ package: 'chromium', provides: 'chromium', why: 'take pictures of drawn threads' }], say)
  if (!existsSync('/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf')) {
    await installPackages(['fonts-noto-color-emoji'], say)
  }
  await mkdir(folder, { recursive: true })
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  const pictures: string[] = []
  try {
    for (const { name, panels } of scenes) {
      const file = join(folder, `${name}.html`)
      await writeFile(file, drawPage(panels, style))
      const page = await browser.newPage({ viewport: { width: 900, height: 600 } })
      await page.goto(pathToFileURL(file).href)
      const path = join(folder, `${name}.png`)
      await page.screenshot({ path, fullPage: true })
      pictures.push(path)
    }
  } finally {
    await browser.close()
  }
  return pictures
}
