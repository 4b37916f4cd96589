import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takePictures } from '../test/support/pictures/take.ts'
import { playScenes } from '../test/support/slack-page/scenes.ts'
import { style } from '../test/support/slack-page/style.ts'

/** Plays a course in the stand-in workspace with the real bot, draws what is there, and takes a picture of it. */
const folder = process.argv[2] ?? join(tmpdir(), 'rai-slack')
const pictures = await takePictures({ folder, scenes: await playScenes(), style, say: console.log })
for (const path of pictures) console.log(path)
