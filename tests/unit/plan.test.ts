import { expect, test } from '@playwright/test'
import type { ChatListing } from '../../src/model.ts'
import { isCalled, type KnownChat, type PlanInput, planChat, signatureOf } from '../../src/plan.ts'

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
  pendingImages: 0,
  pendingSince: null,
}
const input: PlanInput = {
  listing,
  candidates: [known],
  since,
  overlapMs: 24 * 60 * 60 * 1000,
  lastActivity: { earliest: '2026-11-21T10:30:00.000Z', latest: '2026-11-21T10:30:59.999Z' },
  unreadPolicy: 'open',
  full: false,
}

test('a chat that nothing happened in since it was read is not opened', () => {
  expect(planChat(input)).toEqual({ action: 'skip', because: 'unchanged' })
})

test('a time label that merely aged is no change', () => {
  const yesterday = { earliest: '2026-11-19T00:00:00.000Z', latest: '2026-11-21T00:00:00.000Z' }
  expect(planChat({ ...input, lastActivity: yesterday })).toEqual({ action: 'skip', because: 'unchanged' })
})

test('the same words at a later time are a change', () => {
  const later = { earliest: '2026-11-21T11:05:00.000Z', latest: '2026-11-21T11:05:59.999Z' }
  expect(planChat({ ...input, lastActivity: later })).toEqual({ action: 'read', until: '2026-11-20T11:00:00.000Z' })
})

test('another preview, another unread count, a waiting picture or no time label opens the chat', () => {
  expect(planChat({ ...input, listing: { ...listing, preview: 'ok' } }).action).toBe('read')
  expect(planChat({ ...input, listing: { ...listing, unread: 2 } }).action).toBe('read')
  expect(planChat({ ...input, candidates: [{ ...known, pendingImages: 1 }] }).action).toBe('read')
  expect(planChat({ ...input, lastActivity: null }).action).toBe('read')
})

test('a picture that waits deeper than the overlap is read down to, but never below the window', () => {
  const waiting = (pendingSince: string) => ({ ...input, candidates: [{ ...known, pendingImages: 1, pendingSince }] })
  expect(planChat(waiting('2026-11-10T08:15:00.000Z'))).toEqual({ action: 'read', until: '2026-11-10T08:14:00.000Z' })
  expect(planChat(waiting('2026-11-21T08:15:00.000Z'))).toEqual({ action: 'read', until: '2026-11-20T11:00:00.000Z' })
  expect(planChat(waiting('2026-10-01T08:15:00.000Z'))).toEqual({ action: 'read', until: since })
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
  expect(planChat(changed)).toEqual({ action: 'read', until: '2026-11-20T11:00:00.000Z' })
  expect(planChat({ ...changed, full: true })).toEqual({ action: 'read', until: since })
})

test('a reading that broke off half way up is no cover: the whole window is read', () => {
  const hole: KnownChat = {
    ...known,
    coverage: [{ from: '2026-11-15T00:00:00.000Z', to: '2026-11-21T11:00:00.000Z', fromEdge: 'interrupted' }],
  }
  expect(planChat({ ...input, candidates: [hole] })).toEqual({ action: 'read', until: since })
})

test('two chats of one title are always opened: the row does not say which one it is', () => {
  expect(planChat({ ...input, candidates: [known, { ...known, id: 2 }] })).toEqual({ action: 'read', until: since })
})

test('a chat whose last message is older than the window is not opened, unless it has unread messages', () => {
  const old = { ...input, candidates: [], lastActivity: { earliest: '2026-08-01T00:00:00.000Z', latest: '2026-08-02T00:00:00.000Z' } }
  expect(planChat(old)).toEqual({ action: 'skip', because: 'nothing_in_window' })
  expect(planChat({ ...old, listing: { ...listing, unread: 1 } }).action).toBe('read')
})

test('with the unread policy "skip" a chat with unread messages is left to its owner', () => {
  const unread = { ...input, listing: { ...listing, unread: -1 }, unreadPolicy: 'skip' as const }
  expect(planChat(unread)).toEqual({ action: 'leave', because: 'unread_policy' })
})
