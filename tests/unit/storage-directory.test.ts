/** Chats and people of IndexedDB: who is who, whose chat is open, what can be read at all. */
import { expect, test } from '@playwright/test'
import { chatOfVotes, chatsTitled, threadsOf } from '../../src/parse/storage-chat.ts'
import { type DirectoryRows, directoryOf, phonesOf } from '../../src/parse/storage-directory.ts'
import { capabilityOf } from '../../src/parse/storage-probe.ts'
import type { RawProbe } from '../../src/raw-storage.ts'

const [ada, bo, cy] = [1, 2, 3].map(n => ({ lid: `10000000000000${n}@lid`, phone: `551190000000${n}@c.us` })) as [Ids, Ids, Ids]
interface Ids {
  lid: string
  phone: string
}
const group = '120363000000000001@g.us'
const none: DirectoryRows = { chats: [], contacts: [], groups: [], participants: [], owner: null, ownKeys: [] }
const link = ({ lid, phone }: Ids) => ({ id: lid, phoneNumber: phone })

test('a LID with two phones and a phone with two LIDs lead nowhere; a number is no LID', () => {
  const phones = phonesOf([
    link(ada),
    { id: bo.lid, phoneNumber: cy.phone },
    { id: cy.lid, phoneNumber: cy.phone },
    link({ ...ada, phone: 'x' }),
  ])
  expect([...phones]).toEqual([[ada.lid, ada.phone]])
  expect(phonesOf([link(ada), { id: ada.lid, phoneNumber: bo.phone }]).size).toBe(0)
  expect(phonesOf([{ id: ada.phone, phoneNumber: ada.phone }]).size).toBe(0)
})

test('names: of the address book before the business, its own and the masked one, under each id of the person', () => {
  const { names, chats } = directoryOf({
    ...none,
    chats: [{ id: ada.lid }, { id: bo.lid }, { id: group, name: 'old name' }],
    contacts: [
      { ...link(ada), pushname: 'ada', displayNameLID: '+55∙∙1' },
      { id: ada.phone, name: 'Ada Example', verifiedName: 'Ada Ltd' },
      { id: bo.lid, pushname: 'bo' },
    ],
    groups: [{ id: group, subject: 'Garden' }],
  })
  expect(chats.get(ada.lid)?.names).toEqual(['Ada Example', 'Ada Ltd', 'ada', '+55∙∙1'])
  expect([ada.lid, ada.phone, bo.lid, bo.phone, group].map(id => names.get(id))).toEqual([
    'Ada Example',
    'Ada Example',
    'bo',
    undefined,
    'Garden',
  ])
  expect(chats.get(group)?.names).toEqual(['Garden', 'old name'])
})

test('columns of a chat: what is not there is not known', () => {
  const { chats } = directoryOf({
    ...none,
    chats: [{ id: ada.phone, accountLid: ada.lid, t: 1_760_000_000, unreadCount: -3, endOfHistoryTransferType: 2 }, { id: bo.lid }],
  })
  expect(chats.get(ada.phone)).toMatchObject({ phone: ada.phone, lid: ada.lid, unread: -1, history: 'phone_has_more', archived: null })
  expect(chats.get(bo.lid)).toMatchObject({ phone: null, lid: bo.lid, unread: null, lastActivity: null, history: 'unknown' })
})

test('the owner is known by either id, by own messages of groups too, and left out of the members', () => {
  const participants = [{ groupId: group, participants: [ada.lid, bo.lid, cy.lid], admins: [ada.lid] }]
  const rows = { ...none, chats: [{ id: group }], contacts: [link(ada), link(cy)], participants }
  const byPhone = directoryOf({ ...rows, owner: `${cy.phone.replace('@', ':12@')}` })
  expect(byPhone.owner).toEqual(cy)
  expect(byPhone.chats.get(group)?.participants).toEqual([ada.phone, bo.lid])
  const byKey = directoryOf({
    ...rows,
    owner: '5511900000077:1@c.us',
    ownKeys: [`true_${group}_A_${bo.lid}`, `false_${group}_B_${ada.lid}`],
  })
  expect(byKey.owner).toEqual({ phone: '5511900000077@c.us', lid: bo.lid })
  expect(byKey.chats.get(group)?.participants).toEqual([ada.phone, cy.phone])
  const torn = directoryOf({ ...rows, ownKeys: [`true_${group}_A_${bo.lid}`, `true_${group}_B_${ada.lid}`] })
  expect(torn.owner.lid).toBeNull()
})

const directory = directoryOf({
  ...none,
  chats: [{ id: ada.lid }, { id: bo.phone }, { id: group }, { id: '120363000000000002@g.us' }],
  contacts: [{ ...link(ada), pushname: 'Ada' }, link(cy)],
  groups: [
    { id: group, subject: 'Garden  club' },
    { id: '120363000000000002@g.us', subject: 'garden club' },
  ],
})

test('titles lead to every chat that may carry them: names, numbers, names that people chose', () => {
  const found = (...titles: string[]) => chatsTitled(titles, directory).map(chat => chat.jid)
  expect(found('~\u202fAda')).toEqual([ada.lid])
  expect(found('\u202aGarden club\u202c')).toEqual([group, '120363000000000002@g.us'])
  expect(found('+55 11 90000-0002')).toEqual([bo.phone])
  expect(found('', 'Nobody')).toEqual([])
})

const votes: [string, Record<string, string[]>, number, string | null][] = [
  ['all in one chat', { [group]: ['A', 'B'] }, 2, group],
  ['a majority', { [group]: ['A', 'B', 'C'], [bo.phone]: ['A'] }, 4, group],
  ['a tie', { [group]: ['A', 'B'], [bo.phone]: ['A', 'B'] }, 2, null],
  ['no majority', { [group]: ['A', 'B'], [bo.phone]: ['C'], [ada.lid]: ['D'] }, 4, null],
  ['two threads of one person', { [ada.phone]: ['A', 'B'], [ada.lid]: ['C'], [group]: ['D', 'E'] }, 5, ada.lid],
  ['one of many', { [group]: ['A'] }, 5, null],
  ['nothing', {}, 3, null],
  ['no thread', { 'not a thread': ['A'] }, 1, null],
]
for (const [what, found, asked, chat] of votes) {
  test(`${what} decides for ${chat ?? 'nobody'}`, () => expect(chatOfVotes(found, asked, directory)).toBe(chat))
}

test('threads of a chat: both ids, both names of the server', () => {
  expect(threadsOf(ada.lid, [ada.phone, null])).toEqual([ada.lid, ada.phone, ada.phone.replace('c.us', 's.whatsapp.net')])
  expect(threadsOf(group)).toEqual([group])
})

const store = (key: string, columns: string[], indexes: string[] = []) => ({ key, columns, indexes })
const good: RawProbe = {
  version: 1,
  storeCount: 103,
  schemes: [1],
  messages: [{ id: `false_${ada.lid}_A`, t: 1_760_000_000 }],
  stores: {
    message: store('id', ['id', 't', 'type', 'from'], ['internalId', 'rowId']),
    chat: store('id', ['id', 't']),
    contact: store('id', ['id', 'phoneNumber'], ['phoneNumber']),
    'group-metadata': store('id', ['id']),
    participant: store('groupId', ['groupId']),
  },
}
const { contact: _, ...noContact } = good.stores
const packed = store('id', ['id', 'a', 'b', 'c'], ['internalId'])
const probes: [string, RawProbe | null, 'full' | 'partial' | 'none', RegExp | null][] = [
  ['everything', good, 'full', null],
  ['nothing', null, 'none', /no database/],
  ['no contacts', { ...good, stores: noContact }, 'partial', /no store contact/],
  ['no index', { ...good, stores: { ...good.stores, message: store('id', ['id', 't', 'type']) } }, 'partial', /no index internalId/],
  [
    'packed messages',
    { ...good, stores: { ...good.stores, message: packed } },
    'partial',
    /message have no t, type: its columns are packed/,
  ],
  ['packed', { ...good, stores: { ...good.stores, message: packed, chat: packed } }, 'none', /packed/],
  ['another key', { ...good, stores: { ...good.stores, message: store('k', ['k', 't', 'type']) } }, 'partial', /the key k instead of id/],
  ['ids of another form', { ...good, messages: [{ id: '17' }, { t: 5 }] }, 'partial', /2 of 2 sampled message keys/],
  ['no messages yet', { ...good, messages: [] }, 'partial', /no message is stored yet/],
]
for (const [what, probe, level, because] of probes) {
  test(`a database with ${what} is ${level}`, () => {
    const found = capabilityOf(probe)
    expect(found.level).toBe(level)
    if (because) expect(found.because).toMatch(because)
    else expect(found.because).toBeNull()
  })
}
