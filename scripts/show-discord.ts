import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { playScenes } from '../test/support/discord-page/scenes.ts'
import { style } from '../test/support/discord-page/style.ts'
import { takePictures } from '../test/support/pictures/take.ts'

/** Plays a course in the stand-in server with the real bot, draws what is there, and takes a picture of it. */
const folder = process.argv[2] ?? join(tmpdir(), 'rai-discord')
const pictures = await takePictures({ folder, scenes: await playScenes(), style, say: console.log })
for (const path of pictures) console.log(path)
