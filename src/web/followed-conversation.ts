/** The open conversation as `page/conversation-reader.ts` follows it: what did not change is not sent, parsed or checked again. */
import type { CDPSession } from 'playwright'
import { withoutForeignIds } from '../parse/foreign-ids.ts'
import { type RawConversation, RawFollowed, type RawItem, type RawRow } from '../raw.ts'
import { inTime } from './ask.ts'
import { conversationWorld } from './isolated-world.ts'
import { conversationReader } from './page/with-engine.ts'
import type { Grown, Move, Pane, Shown } from './pane.ts'
import type { CompiledSet } from './selectors.ts'

export interface FollowedConversation {
  read(): Promise<Shown>
  left: Pane['left']
  move(to: Move): Promise<Shown & { moved: boolean }>
  grown(maxMs: number): Promise<Grown | null>
  changed(maxMs: number): Promise<boolean>
}

/** Rows fill and go a frame or two after a scroll (reference §4.5): what changed is looked at once it has been still for so long. */
const stillMs = 40
/** Beyond the time that a question may take by itself. */
const patienceMs = 30_000

/** Follows the conversation that is open now. `lateMs`: what changes later after its row than this is news, not a late part of it. */
export function followConversation(cdp: CDPSession, set: () => CompiledSet, lateMs: number): FollowedConversation {
  const world = conversationWorld(cdp)
  let known = new Map<number, Omit<RawRow, 'type' | 'run'>>()
  let fresh = true
  /** Rows that left and were not asked for yet. */
  const untaken: RawRow[] = []

  const ask = async (method: string, arg: object, maxMs = 0): Promise<unknown> => {
    const { plan, id } = set()
    const reader = `globalThis.readers?.[${JSON.stringify(`${id} ${lateMs}`)}]`
    const question = `(reader => reader ? reader.${method}(${JSON.stringify(arg)}) : 'null')(${reader})`
    const answer = async () => JSON.parse(await inTime(world.evaluate(question), maxMs + patienceMs)) as unknown
    const given = await answer()
    if (given !== null) return given
    const install = `((globalThis.readers ??= {})[${JSON.stringify(`${id} ${lateMs}`)}] = ${conversationReader(plan, lateMs)}, '')`
    await inTime(world.evaluate(install), patienceMs)
    // A document that came just now has told nothing yet.
    fresh = true
    return answer()
  }

  const shownOf = (answer: unknown): Grown & { moved: boolean } => {
    const { items, left, readMore, late, moved = false, loadMs = 0, ...rest } = RawFollowed.parse(answer)
    const mounted: typeof known = new Map()
    const ages: number[] = []
    const rows = items.map((item): RawItem => {
      if (item.type !== 'row') return item
      const content = item.content ?? known.get(item.n)
      if (!content) throw new Error('the page names a row that it never told of')
      mounted.set(item.n, content)
      ages.push(item.age)
      return { type: 'row', run: item.run, ...content }
    })
    known = mounted
    const raw = (of: RawItem[]): RawConversation => withoutForeignIds({ ...rest, items: of })
    const gone = left.map(content => ({ type: 'row' as const, run: null, ...content }))
    // Judged among the others: whether an id is of another form shows by what is usual there.
    const together = gone.length === 0 ? [] : raw([...rows, ...gone]).items.slice(rows.length)
    untaken.push(...together.filter(item => item.type === 'row'))
    return { raw: raw(rows), ages, readMore, late, moved, loadMs }
  }
  const told = async (method: string, arg: object): Promise<Shown & { moved: boolean }> => {
    const answer = await ask(method, { ...arg, fresh })
    fresh = false
    return shownOf(answer)
  }

  return {
    read: () => told('read', {}),
    left: () => untaken.splice(0),
    move: to => told('move', { to }),
    async grown(maxMs) {
      const { shown } = (await ask('grown', { maxMs }, maxMs)) as { shown: unknown }
      return shown === null ? null : shownOf(shown)
    },
    changed: async maxMs => ((await ask('changed', { maxMs, quietMs: stillMs }, maxMs)) as { changed: boolean }).changed,
  }
}
