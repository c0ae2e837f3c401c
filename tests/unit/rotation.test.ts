import { expect, test } from '@playwright/test'
import type { ChatListing } from '../../src/model.ts'
import { Budget } from '../../src/sync/budget.ts'
import { type KnownChat, type ReadPlan, signatureOf } from '../../src/sync/plan-chat.ts'
import { planCycle } from '../../src/sync/plan-cycle.ts'
import { inRotation, type Turn } from '../../src/sync/rotation.ts'

const turn = (name: string, because: ReadPlan['because'], extra: Partial<Turn> = {}) => ({
  name,
  plan: { action: 'read', because, until: '2026-10-22T12:00:00.000Z', known: null, remains: null } as const,
  failures: 0,
  lastReadAt: '2026-11-21T11:00:00.000Z',
  deepReadAt: '2026-11-21T11:00:00.000Z',
  holeAt: null,
  ...extra,
})
const names = (turns: { name: string }[]) => turns.map(({ name }) => name)

test('news come first as the list has them, then the newest hole, then the chat whose window was read longest ago, then what broke off', () => {
  const turns = [
    turn('broke twice', 'changed', { failures: 2 }),
    turn('deep, yesterday', 'deep', { deepReadAt: '2026-11-20T11:00:00.000Z' }),
    turn('old hole', 'gap', { holeAt: '2026-11-01T00:00:00.000Z' }),
    turn('first of the list', 'changed'),
    turn('deep, never', 'deep', { deepReadAt: null }),
    turn('broke once', 'gap', { failures: 1 }),
    turn('new hole', 'gap', { holeAt: '2026-11-20T00:00:00.000Z' }),
    turn('second of the list', 'changed'),
  ]
  expect(names(inRotation(turns))).toEqual([
    'first of the list',
    'second of the list',
    'new hole',
    'old hole',
    'deep, never',
    'deep, yesterday',
    'broke once',
    'broke twice',
  ])
})

test('every fourth place goes to the chat that waited longest, so that busy chats starve nobody', () => {
  const read = (hour: number) => `2026-11-21T${String(hour).padStart(2, '0')}:00:00.000Z`
  const turns = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, index) => turn(name, 'changed', { lastReadAt: read(20 - index) }))
  turns.push(turn('never read', 'changed', { lastReadAt: null }))
  expect(names(inRotation(turns))).toEqual(['a', 'b', 'c', 'never read', 'd', 'e', 'f', 'h', 'g'])
  expect(inRotation(turns)).toHaveLength(turns.length)
})

test('a chat that is only on the phone further down keeps its place, one that broke off does not', () => {
  const listed = (title: string): ChatListing => ({
    ...{ position: 0, title, community: null, preview: 'new', timeLabel: null, unread: 0 },
    ...{ pinned: false, muted: false, archived: false, isSelf: false, isGroup: null },
  })
  const stored = (incompleteReason: KnownChat['incompleteReason']): KnownChat => ({
    ...{ id: 1, names: [], signature: null, coverage: [], incompleteReason, failures: 2, retryAt: null, lastReadAt: null },
    ...{ deepReadAt: null, pendingImages: 0, pendingSince: null },
  })
  const row = (title: string, reason: KnownChat['incompleteReason']) => ({ listing: listed(title), candidates: [stored(reason)] })
  const rows = [row('killed', null), row('failed', 'failed'), row('phone', 'phone_has_more'), { listing: listed('new'), candidates: [] }]
  const asked = { now: '2026-11-21T12:00:00.000Z', overlapMs: 0, deepReadMs: null, newsOnly: false, full: false } as const
  const options = { ...asked, unreadPolicy: 'open', trigger: 'schedule' } as const
  const { turns } = planCycle(rows, options, '2026-10-22T12:00:00.000Z', () => null, { activities: new Map(), late: new Map() })
  expect(turns.map(({ listing }) => listing.title)).toEqual(['phone', 'new', 'killed', 'failed'])
})

test('what a second witness tells is of the chat that keeps it under one of its ids, and of no row that may be several', () => {
  const listed = (title: string): ChatListing => ({
    ...{ position: 0, title, community: null, preview: 'same', timeLabel: '11:00', unread: 0 },
    ...{ pinned: false, muted: false, archived: false, isSelf: false, isGroup: null },
  })
  const now = '2026-11-21T12:00:00.000Z'
  const since = '2026-10-22T12:00:00.000Z'
  const stored = (title: string, ...names: string[]): KnownChat => ({
    ...{
      id: 1,
      names,
      signature: signatureOf(listed(title)),
      coverage: [{ from: since, to: '2026-11-21T11:00:30.000Z', fromEdge: 'window_edge' }],
    },
    ...{ incompleteReason: null, failures: 0, retryAt: null, lastReadAt: null, deepReadAt: null, pendingImages: 0, pendingSince: null },
  })
  const rows = ['read since', 'news', 'not known there'].map(title => ({
    listing: listed(title),
    candidates: [stored(title, `${title}@c.us`, `${title}@lid`)],
  }))
  rows.push({
    listing: listed('two of a name'),
    candidates: [stored('two of a name', 'news@lid'), stored('two of a name', 'read since@lid')],
  })
  const asked = { now, overlapMs: 0, deepReadMs: null, newsOnly: false, full: false } as const
  const minute = () => ({ earliest: '2026-11-21T11:00:00.000Z', latest: '2026-11-21T11:00:59.999Z' })
  const activities = new Map([
    ['read since@lid', '2026-11-21T11:00:29.000Z'],
    ['news@lid', '2026-11-21T11:00:31.000Z'],
  ])
  const { turns, skipped } = planCycle(rows, { ...asked, unreadPolicy: 'open', trigger: 'schedule' }, since, minute, {
    activities,
    late: new Map(),
  })
  expect(turns.map(({ listing }) => listing.title).sort()).toEqual(['news', 'not known there', 'two of a name'])
  expect(skipped).toBe(1)
})

test('a budget ends with its time, its chats or its steps', () => {
  let now = 0
  const make = () => new Budget({ ms: 1000, chats: 2, scrolls: 5 }, () => now)
  const byChats = make()
  byChats.open()
  expect(byChats.spent).toBe(false)
  byChats.open()
  expect(byChats.spent).toBe(true)

  const bySteps = make()
  const first = bySteps.share(2)
  expect([first(false), first(false), first(false)]).toEqual([true, true, false])
  // Ground that is known takes nothing of the share, but of the budget.
  expect([first(true), first(true), first(true), first(true)]).toEqual([true, true, true, false])
  expect(bySteps.spent).toBe(true)

  const byTime = make()
  const steps = byTime.share(100)
  expect([byTime.spent, steps(false)]).toEqual([false, true])
  now = 1000
  expect([byTime.spent, steps(false)]).toEqual([true, false])
})

test('what is left of the steps is shared out, with a least for each', () => {
  const budget = new Budget({ ms: 1000, chats: 9, scrolls: 10 }, () => 0)
  expect(budget.perChat(4, 1)).toBe(3)
  expect(budget.perChat(4, 7)).toBe(7)
  expect(budget.perChat(0, 1)).toBe(10)
})
