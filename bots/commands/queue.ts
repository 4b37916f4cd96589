import { plainCard } from '../card.ts'
import { place, queueLine, shortId } from '../wording.ts'
import { fieldsCard, privately } from './answers.ts'
import type { Command } from './command.ts'
import { ownerOf, seatOf } from './seat.ts'

const mostListed = 20

export const queueCommand: Command = {
  name: 'queue',
  usage: '',
  summary: 'How many wait and run, and when it is your turn',
  options: {},
  mostWords: 0,
  async run(call) {
    const { context } = call
    const seat = await seatOf(call)
    const mine = await context.records.lookup.unfinished(ownerOf(seat), mostListed)
    const queues = [...new Set([seat.course.queue, ...mine.map(({ queue }) => queue)])]
    const views = await Promise.all(queues.map(async (queue) => ({ queue, view: await context.viewQueue(queue) })))
    const lines = views.map(({ queue, view }) => `${queue}: ${queueLine(view)}`)
    const places = mine.flatMap(({ id, queue }) => {
      const turn = views.find((one) => one.queue === queue)?.view.turnOf(id)
      return turn === undefined ? [] : [{ label: shortId(id), value: place(turn) }]
    })
    if (places.length > 0) return privately(fieldsCard('The queue', places, lines))
    return privately(plainCard('The queue', [...lines, 'Nothing of yours waits in it.']))
  },
}
