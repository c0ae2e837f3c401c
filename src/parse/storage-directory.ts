/** Chats, people and groups of the page's IndexedDB as one directory (reference: storage §4.2 to §4.5, §5.5). */
import type { RawContact, RawGroup, RawParticipants, RawStoredChat } from '../raw-storage.ts'
import { isGroupJid, isLidJid, isPhoneJid, parseRowId } from './ids.ts'
import { jid, unixSeconds } from './storage.ts'
import type { Directory, StoredChat } from './stored.ts'

export interface DirectoryRows {
  chats: readonly RawStoredChat[]
  contacts: readonly RawContact[]
  groups: readonly RawGroup[]
  participants: readonly RawParticipants[]
  /** The account's own id as localStorage keeps it. */
  owner: string | null
  /** Keys of own messages in groups. */
  ownKeys: readonly string[]
}

/** LID → phone JID, both canonical. A LID with two phones and a phone with two LIDs are left out: no telling which is right. */
export function phonesOf(contacts: readonly RawContact[]): Map<string, string> {
  const phones = new Map<string, Set<string>>()
  const lids = new Map<string, Set<string>>()
  for (const contact of contacts) {
    const [lid, phone] = [jid(contact.id), jid(contact.phoneNumber)]
    if (lid === null || phone === null || !isLidJid(lid) || !isPhoneJid(phone)) continue
    phones.set(lid, (phones.get(lid) ?? new Set()).add(phone))
    lids.set(phone, (lids.get(phone) ?? new Set()).add(lid))
  }
  return new Map([...phones].flatMap(([lid, [phone, second]]) => (phone && !second && lids.get(phone)?.size === 1 ? [[lid, phone]] : [])))
}

export function directoryOf({ chats, contacts, groups, participants, owner: ownId, ownKeys }: DirectoryRows): Directory {
  const phones = phonesOf(contacts)
  const lids = new Map([...phones].map(([lid, phone]) => [phone, lid]))
  const owner = ownerOf([jid(ownId ?? undefined), ...ownKeys.map(ownIdIn)], phones, lids)
  const people = namesOfPeople(contacts, phones, lids)
  const subjects = new Map(groups.flatMap(({ id, subject }) => (subject ? [[jid(id) ?? '', subject]] : [])))
  const members = new Map(participants.map(row => [jid(row.groupId) ?? '', membersOf(row, phones, owner)]))

  const all = new Map<string, StoredChat>()
  for (const row of chats) {
    const id = jid(row.id)
    if (id === null) continue
    const person = isLidJid(id) || isPhoneJid(id)
    const account = jid(row.accountLid)
    const lid = isLidJid(id) ? id : isPhoneJid(id) ? (lids.get(id) ?? (account !== null && isLidJid(account) ? account : null)) : null
    const names = [...(person ? [] : [subjects.get(id)]), ...(people.get(id) ?? []), row.name].filter(name => name !== undefined)
    all.set(id, {
      jid: id,
      phone: isPhoneJid(id) ? id : isLidJid(id) ? (phones.get(id) ?? null) : null,
      lid,
      isGroup: isGroupJid(id),
      names: [...new Set(names)],
      lastActivity: unixSeconds(row.t),
      unread: row.unreadCount === undefined ? null : Math.max(-1, Math.trunc(row.unreadCount)),
      archived: row.archive ?? null,
      history: historyOf(row.endOfHistoryTransferType),
      participants: members.get(id) ?? [],
    })
  }
  const names = new Map([...people].flatMap(([id, [first]]) => (first ? [[id, first]] : [])))
  for (const { jid: id, names: shown } of all.values()) if (!names.has(id) && shown[0]) names.set(id, shown[0])
  return { chats: all, phones, names, owner }
}

/** Who an own message of a group says to be by the key's fourth part. */
function ownIdIn(key: string): string | null {
  const { fromMe, participant } = parseRowId(key)
  return fromMe === true ? participant : null
}

/** Both ids of the account. Where the evidence names two of one kind, it names none. */
function ownerOf(
  evidence: readonly (string | null)[],
  phones: ReadonlyMap<string, string>,
  lids: ReadonlyMap<string, string>,
): Directory['owner'] {
  const ids = evidence.filter(id => id !== null)
  const only = (found: (string | undefined)[]): string | null => {
    const [first, second] = new Set(found.filter(id => id !== undefined))
    return first !== undefined && second === undefined ? first : null
  }
  return {
    phone: only(ids.map(id => (isPhoneJid(id) ? id : phones.get(id)))),
    lid: only(ids.map(id => (isLidJid(id) ? id : lids.get(id)))),
  }
}

/** Names of each person under every id of theirs, the likeliest first: of the address book, of the business, of their own choice, the masked number. */
function namesOfPeople(
  contacts: readonly RawContact[],
  phones: ReadonlyMap<string, string>,
  lids: ReadonlyMap<string, string>,
): Map<string, string[]> {
  const rows = new Map<string, RawContact[]>()
  for (const contact of contacts) {
    const id = jid(contact.id)
    if (id === null) continue
    for (const one of [id, phones.get(id), lids.get(id)]) if (one !== undefined) rows.set(one, [...(rows.get(one) ?? []), contact])
  }
  const columns = ['name', 'verifiedName', 'pushname', 'displayNameLID'] as const
  return new Map(
    [...rows].map(([id, found]) => {
      const names = columns.flatMap(column => found.map(row => row[column]?.trim() ?? '')).filter(name => name !== '')
      return [id, [...new Set(names)]]
    }),
  )
}

/** Everybody but the owner, each by the phone where it is known. Admins are members, whether or not they are listed again. */
function membersOf(row: RawParticipants, phones: ReadonlyMap<string, string>, owner: Directory['owner']): string[] {
  const listed = [...(row.participants ?? []), ...(row.admins ?? []), ...(row.superAdmins ?? [])].map(jid).filter(id => id !== null)
  const best = listed.map(id => phones.get(id) ?? id)
  return [...new Set(best)].filter(id => id !== owner.phone && id !== owner.lid)
}

/** Reference: storage §4.2 and §9. A number that is not listed there says nothing. */
function historyOf(transfer: number | undefined): StoredChat['history'] {
  if (transfer === 1) return 'complete'
  return transfer === 0 || transfer === 2 ? 'phone_has_more' : 'unknown'
}
