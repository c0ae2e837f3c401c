import { expect, test } from '@playwright/test'
import type { ChatListing } from '../../src/model.ts'
import { deepBeside, isCalled, type KnownChat, type PlanInput, planChat, signatureOf } from '../../src/sync/plan-chat.ts'

const hour = 60 * 60 * 1000
const since = '2026-10-22T12:00:00.000Z'
const listing: ChatListing = {
  position: 0,
  title: 'Ana',
  community: null,
  preview: 'see you',
  timeLabel: '10:30',
  unread: 0,
  pinned: false,
  muted: false,
  archived: false,
  isSelf: false,
  isGroup: null,
}
const known: KnownChat = {
  id: 1,
  names: ['5511900000001@c.us', '100000000000001@lid'],
  signature: signatureOf(listing),
  coverage: [{ from: since, to: '2026-11-21T11:00:00.000Z', fromEdge: 'window_edge' }],
  incompleteReason: null,
  failures: 0,
  retryAt: null,
  lastReadAt: '2026-11-21T11:00:00.000Z',
  deepReadAt: '2026-11-21T11:00:00.000Z',
  pendingImages: 0,
  pendingSince: null,
}
const input: PlanInput = {
  listing,
  candidates: [known],
  now: '2026-11-21T12:00:00.000Z',
  since,
  overlapMs: 24 * hour,
  deepReadMs: 24 * hour,
  lastActivity: { earliest: '2026-11-21T10:30:00.000Z', latest: '2026-11-21T10:30:59.999Z' },
  witnessed: null,
  late: null,
  unreadPolicy: 'open',
  newsOnly: false,
  full: false,
  patient: true,
}
const covered = { action: 'read', known: null, remains: null } as const

test('a chat that nothing happened in since it was read is not opened', () => {
  expect(planChat(input)).toEqual({ action: 'skip', because: 'unchanged' })
})

test('a time label that merely aged is no change', () => {
  const yesterday = { earliest: '2026-11-19T00:00:00.000Z', latest: '2026-11-21T00:00:00.000Z' }
  expect(planChat({ ...input, lastActivity: yesterday })).toEqual({ action: 'skip', because: 'unchanged' })
})

test('a second witness tells to the second whether something happened since the last reading; of the future nobody is believed', () => {
  const changed = { ...covered, because: 'changed', until: '2026-11-20T11:00:00.000Z' }
  const unchanged = { action: 'skip', because: 'unchanged' }
  expect(planChat({ ...input, witnessed: '2026-11-21T11:00:01.000Z' })).toEqual(changed)
  for (const witnessed of ['2026-11-21T10:30:07.000Z', '2026-11-21T11:00:00.000Z', '2026-11-21T12:00:01.000Z'])
    expect(planChat({ ...input, witnessed })).toEqual(unchanged)
  // "Today", or the minute of the reading: the label alone does not say whether that was before it or after.
  const today = { earliest: '2026-11-21T00:00:00.000Z', latest: '2026-11-21T23:59:59.999Z' }
  expect(planChat({ ...input, lastActivity: today })).toEqual(changed)
  expect(planChat({ ...input, lastActivity: today, witnessed: '2026-11-21T10:59:59.000Z' })).toEqual(unchanged)
  expect(planChat({ ...input, lastActivity: null, witnessed: '2026-11-21T10:59:59.000Z' })).toEqual(unchanged)
  // The row is drawn before the store is written.
  const later = { earliest: '2026-11-21T11:05:00.000Z', latest: '2026-11-21T11:05:59.999Z' }
  expect(planChat({ ...input, lastActivity: later, witnessed: '2026-11-21T10:59:59.000Z' })).toEqual(changed)
})

test('the same words at a later time are a change', () => {
  const later = { earliest: '2026-11-21T11:05:00.000Z', latest: '2026-11-21T11:05:59.999Z' }
  expect(planChat({ ...input, lastActivity: later })).toEqual({ ...covered, because: 'changed', until: '2026-11-20T11:00:00.000Z' })
})

test('another preview, another unread count, a waiting picture or no time label opens the chat', () => {
  expect(planChat({ ...input, listing: { ...listing, preview: 'ok' } }).action).toBe('read')
  expect(planChat({ ...input, listing: { ...listing, unread: 2 } }).action).toBe('read')
  expect(planChat({ ...input, candidates: [{ ...known, pendingImages: 1 }] }).action).toBe('read')
  expect(planChat({ ...input, lastActivity: null }).action).toBe('read')
})

test('a picture that waits deeper than the overlap is read down to, but never below the window', () => {
  const waiting = (pendingSince: string) => ({ ...input, candidates: [{ ...known, pendingImages: 1, pendingSince }] })
  expect(planChat(waiting('2026-11-10T08:15:00.000Z'))).toEqual({ ...covered, because: 'changed', until: '2026-11-10T08:14:00.000Z' })
  expect(planChat(waiting('2026-11-21T08:15:00.000Z'))).toEqual({ ...covered, because: 'changed', until: '2026-11-20T11:00:00.000Z' })
  expect(planChat(waiting('2026-10-01T08:15:00.000Z'))).toEqual({ ...covered, because: 'changed', until: since })
})

test('a message that came late to covered ground is read down to, whatever the row of its chat says; one above it is on the way', () => {
  const came = (late: string, more: Partial<PlanInput> = {}) => planChat({ ...input, late, ...more })
  const deep = { ...covered, because: 'changed', until: '2026-11-10T08:14:00.000Z' }
  expect(came('2026-11-10T08:15:00.000Z')).toEqual(deep)
  expect(came('2026-11-10T08:15:00.000Z', { witnessed: '2026-11-21T10:30:07.000Z' })).toEqual(deep)
  // The list may date a chat by what it draws last.
  const old = { earliest: '2026-10-01T00:00:00.000Z', latest: '2026-10-01T23:59:59.999Z' }
  expect(came('2026-11-10T08:15:00.000Z', { lastActivity: old })).toEqual(deep)
  expect(came('2026-11-21T11:30:00.000Z')).toEqual({ ...covered, because: 'changed', until: '2026-11-20T11:00:00.000Z' })
  expect(came('2026-11-10T08:15:00.000Z', { unreadPolicy: 'skip', listing: { ...listing, unread: 1 } })).toMatchObject({ action: 'leave' })

  // Below a hole everything is read; what is covered above it is passed over, unless something came late there.
  const coverage = [{ from: '2026-11-15T00:00:00.000Z', to: '2026-11-21T11:00:00.000Z', fromEdge: 'budget' as const }]
  const holed = { candidates: [{ ...known, coverage, incompleteReason: 'budget' as const }] }
  expect(came('2026-11-16T00:00:00.000Z', holed)).toMatchObject({ until: since, known: null })
  expect(came('2026-11-21T11:30:00.000Z', holed)).toMatchObject({ until: since, known: { from: '2026-11-15T00:00:00.000Z' } })
})

test('a chat is called by its title, by its number in any spelling, or by an id that is stored', () => {
  for (const name of ['Ana', '+55 11 90000-0001', '5511900000001', '5511900000001@c.us', '100000000000001@lid']) {
    expect(isCalled(name, listing, [known]), name).toBe(true)
  }
  for (const name of ['Anabel', '+55 11 90000-0002', '100000000000002@lid', '1']) expect(isCalled(name, listing, [known]), name).toBe(false)
  expect(isCalled('+5511900000001', { ...listing, title: '+55 11 90000-0001' }, [])).toBe(true)
})

test('what is covered is read again only as far as the overlap', () => {
  const changed = { ...input, listing: { ...listing, preview: 'ok' } }
  expect(planChat(changed)).toEqual({ ...covered, because: 'changed', until: '2026-11-20T11:00:00.000Z' })
  expect(planChat({ ...changed, full: true })).toEqual({ ...covered, because: 'changed', until: since })
})

const top = { from: '2026-11-15T00:00:00.000Z', to: '2026-11-21T11:00:00.000Z', fromEdge: 'interrupted' } as const
const bottom = { from: since, to: '2026-11-10T00:00:00.000Z', fromEdge: 'window_edge' } as const

test('a reading that broke off half way up leaves a hole: it is read down to the edge, and what is known is passed over', () => {
  const known0 = { ...top, to: '2026-11-20T11:00:00.000Z' }
  const hole = { ...input, candidates: [{ ...known, coverage: [top] }] }
  expect(planChat(hole)).toEqual({ ...covered, because: 'gap', until: since, known: known0 })
  expect(planChat({ ...hole, listing: { ...listing, preview: 'ok' } })).toEqual({
    ...covered,
    because: 'changed',
    until: since,
    known: known0,
  })
})

test('a hole between two stretches is read down to the lower one, where that one reaches the edge of the window', () => {
  const plan = (lower: KnownChat['coverage']) => planChat({ ...input, candidates: [{ ...known, coverage: [top, ...lower] }] })
  expect(plan([bottom])).toMatchObject({ because: 'gap', until: '2026-11-09T23:59:00.000Z' })
  expect(plan([{ ...bottom, from: '2026-11-05T00:00:00.000Z', fromEdge: 'interrupted' }])).toMatchObject({ because: 'gap', until: since })
})

test('a chat whose hole could not be closed waits for its time; its top is read when something happens, and it stays incomplete', () => {
  const chat = {
    ...known,
    coverage: [{ ...top, fromEdge: 'phone_has_more' as const }],
    incompleteReason: 'phone_has_more' as const,
    failures: 3,
  }
  const waiting = { ...input, candidates: [{ ...chat, retryAt: '2026-11-21T12:30:00.000Z' }] }
  expect(planChat(waiting)).toEqual({ action: 'leave', reason: 'phone_has_more' })
  expect(planChat({ ...waiting, listing: { ...listing, preview: 'ok' } })).toEqual({
    action: 'read',
    because: 'changed',
    until: '2026-11-20T11:00:00.000Z',
    known: null,
    remains: 'phone_has_more',
  })
  expect(planChat({ ...waiting, now: '2026-11-21T12:31:00.000Z' })).toMatchObject({ because: 'gap', until: since, remains: null })
  expect(planChat({ ...waiting, patient: false })).toMatchObject({ because: 'gap', until: since })
  // Thirty days later the window begins above the place where the phone had more.
  expect(planChat({ ...waiting, since: '2026-11-16T00:00:00.000Z' })).toEqual({ action: 'skip', because: 'unchanged' })
})

test('a chat whose reading broke off waits for its time whatever happens in it', () => {
  const failed = { ...known, incompleteReason: 'failed' as const, failures: 3, retryAt: '2026-11-21T12:30:00.000Z' }
  const changed = { ...input, candidates: [failed], listing: { ...listing, preview: 'ok' } }
  expect(planChat(changed)).toEqual({ action: 'leave', reason: 'failed' })
  const killed = { ...changed, candidates: [{ ...failed, incompleteReason: null }] }
  expect(planChat(killed)).toEqual({ action: 'leave', reason: 'failed' })
  expect(planChat({ ...changed, now: failed.retryAt })).toEqual({ ...covered, because: 'changed', until: since })
})

test('rows that were not understood, or not shown, are looked for in the whole window with care', () => {
  for (const incompleteReason of ['not_understood', 'not_shown'] as const) {
    const plan = planChat({ ...input, candidates: [{ ...known, incompleteReason }] })
    expect(plan).toEqual({ ...covered, because: 'gap', until: since, stands: incompleteReason })
  }
})

test('the whole window is read again once a day, each chat at its own time', () => {
  const at = (id: number, hours: number) => {
    const deepReadAt = new Date(Date.parse(input.now) - hours * hour).toISOString()
    return planChat({ ...input, candidates: [{ ...known, id, deepReadAt }] })
  }
  expect(at(1, 24)).toEqual({ ...covered, because: 'deep', until: since })
  expect(at(1, 17.9)).toEqual({ action: 'skip', because: 'unchanged' })
  const due = Array.from({ length: 100 }, (_, id) => at(id, 21)).filter(plan => plan.action === 'read')
  expect(due.length).toBeGreaterThan(25)
  expect(due.length).toBeLessThan(75)
  expect(planChat({ ...input, deepReadMs: null, candidates: [{ ...known, deepReadAt: null }] }).action).toBe('skip')
})

test('two chats of one title are always opened: the row does not say which one it is', () => {
  expect(planChat({ ...input, candidates: [known, { ...known, id: 2 }] })).toEqual({ ...covered, because: 'changed', until: since })
})

test('a chat whose last message is older than the window is not opened, unless it has unread messages', () => {
  const old = { ...input, candidates: [], lastActivity: { earliest: '2026-08-01T00:00:00.000Z', latest: '2026-08-02T00:00:00.000Z' } }
  expect(planChat(old)).toEqual({ action: 'skip', because: 'nothing_in_window' })
  expect(planChat({ ...old, listing: { ...listing, unread: 1 } }).action).toBe('read')
})

test('with the unread policy "skip" a chat with unread messages is left to its owner', () => {
  const unread = { ...input, listing: { ...listing, unread: -1 }, unreadPolicy: 'skip' as const }
  expect(planChat(unread)).toEqual({ action: 'leave', reason: 'unread_policy' })
})

test('a chat that was left to its owner lacks what came since, and no more', () => {
  const left = { ...input, candidates: [{ ...known, signature: null, incompleteReason: 'unread_policy' as const }] }
  expect(planChat(left)).toEqual({ ...covered, because: 'changed', until: '2026-11-20T11:00:00.000Z' })
  const hole = { ...left.candidates[0]!, coverage: [top], retryAt: '2026-11-21T12:30:00.000Z' }
  expect(planChat({ ...left, candidates: [hole] })).toMatchObject({ until: '2026-11-20T11:00:00.000Z', remains: 'gap' })
})

test('news above a hole that a budget left are read for themselves: no budget ran out then', () => {
  const hole = { ...known, coverage: [{ ...known.coverage[0]!, from: '2026-11-15T00:00:00.000Z', fromEdge: 'budget' as const }] }
  const news = { ...input, newsOnly: true, candidates: [{ ...hole, incompleteReason: 'budget' as const }] }
  expect(planChat(news)).toMatchObject({ until: '2026-11-20T11:00:00.000Z', remains: 'gap' })
})

test('what is read for its news all the time has its daily reading beside them', () => {
  const busy = { ...input, listing: { ...listing, preview: 'ok' } }
  const yesterday = { ...known, deepReadAt: '2026-11-20T11:59:00.000Z' }
  const beside = (over: Partial<PlanInput>) => deepBeside({ ...busy, ...over }, planChat({ ...busy, ...over }))
  expect(beside({ candidates: [yesterday] })).toEqual({ ...covered, because: 'deep', until: since })
  expect(beside({})).toBeNull()
  expect(beside({ candidates: [yesterday], full: true })).toBeNull()
  expect(beside({ candidates: [{ ...yesterday, coverage: [top] }] })).toBeNull()
  expect(beside({ candidates: [yesterday], listing })).toBeNull()
})

test('where its news alone is wanted a chat is read at its top whatever its row says; what was open before stays open', () => {
  const news = { ...input, newsOnly: true }
  const read = { ...covered, because: 'changed', until: '2026-11-20T11:00:00.000Z' }
  expect(planChat(news)).toEqual(read)
  // A picture that waits further down is the cycle's.
  expect(planChat({ ...news, candidates: [{ ...known, pendingImages: 1, pendingSince: '2026-11-10T08:15:00.000Z' }] })).toEqual(read)
  const open = (chat: Partial<KnownChat>) => planChat({ ...news, candidates: [{ ...known, ...chat }] })
  expect(open({ incompleteReason: 'not_understood' })).toEqual({ ...read, remains: 'not_understood' })
  expect(open({ coverage: [top] })).toEqual({ ...read, remains: 'gap' })
  expect(open({ coverage: [top], incompleteReason: 'phone_has_more' })).toEqual({ ...read, remains: 'phone_has_more' })
  // A chat that was never read has no top to speak of.
  expect(planChat({ ...news, candidates: [] })).toEqual({ ...read, until: since })
  expect(planChat({ ...news, listing: { ...listing, unread: 1 }, unreadPolicy: 'skip' })).toEqual({
    action: 'leave',
    reason: 'unread_policy',
  })
  const failed = { incompleteReason: 'failed' as const, failures: 3, retryAt: '2026-11-21T12:30:00.000Z' }
  expect(open(failed)).toEqual({ action: 'leave', reason: 'failed' })
})
