/** Rows of `chat`, `contact`, `group-metadata`, `participant` and `reactions` (storage 4.2 to 4.6). */
import { page } from '../dom.ts'
import { account } from '../store.ts'
import { maskedPhone } from '../text.ts'
import type { Person, SimChat } from '../types.ts'
import { derivedId, memberJid, messageKey, threadOf } from './keys.ts'
import type { Row } from './message-row.ts'
import { opaque, secret } from './secrets.ts'

const secondsOf = (iso: string) => Math.floor(Date.parse(iso) / 1000)

/** The last reaction of a chat, as the list may preview it. */
function reactionPreview(chat: SimChat): Row {
  const last = chat.messages.at(-1)
  const reaction = last?.reactions.at(-1)
  return last && reaction ? { lastReactionPreview: { parentMsgKey: messageKey(chat, last), reactionText: reaction.emoji } } : {}
}

/** There is no text of a last message in it, and the draft is encrypted. */
export function chatRow(chat: SimChat): Row {
  const end = { start: 1, phone_has_more: 0, phone_asked: 0, phone_failed: 0, phone_unavailable: 2 }[chat.historyEnd]
  return {
    id: threadOf(chat),
    t: secondsOf(chat.activityAt),
    unreadCount: chat.unread,
    unreadMentionCount: 0,
    archive: chat.archived,
    ...(chat.pinned ? { pin: secondsOf(chat.activityAt) } : {}),
    muteExpiration: chat.muted ? -1 : 0,
    ...(chat.kind === 'group' ? { name: chat.title } : {}),
    isReadOnly: chat.announcement,
    isAnnounceGrpRestrict: chat.announcement,
    isLocked: false,
    notSpam: true,
    endOfHistoryTransferType: end,
    ...(chat.lid ? { accountLid: chat.lid, originalLid: chat.lid } : {}),
    ...reactionPreview(chat),
    chatRowOpaqueData: opaque(),
    tcToken: secret,
    tcTokenTimestamp: secret,
    tcTokenSenderTimestamp: secret,
  }
}

/** A person by LID, with the number where it is known, and by number. */
export function contactRows(person: Person): Row[] {
  const names = person.saved
    ? { name: person.name, shortName: person.name.split(' ')[0], isAddressBookContact: 1, syncToAddressbook: true }
    : { isAddressBookContact: 0 }
  const common = { pushname: person.name, isContactSyncCompleted: 1, isBusiness: false, statusMute: false, ...names }
  const byLid = { id: person.lid, displayNameLID: maskedPhone(person.phone), ...common }
  if (person.phoneHidden) return [byLid]
  const phone = `${person.phone}@c.us`
  return [
    { ...byLid, phoneNumber: phone, phoneNumberCreatedAt: 1_700_000_000 },
    { id: phone, ...common },
  ]
}

export function groupRow(chat: SimChat): Row {
  return {
    id: chat.id,
    subject: chat.title,
    subjectTime: 1_700_000_000,
    creation: 1_700_000_000,
    owner: chat.participants[0] ? memberJid(chat.participants[0]) : undefined,
    desc: '',
    size: chat.participants.length,
    announce: chat.announcement,
    restrict: false,
    isParentGroup: false,
    ...(chat.community ? { parentGroup: '120363999999999999@g.us' } : {}),
    defaultSubgroup: chat.announcement && chat.community !== null,
    isLidAddressingMode: page.switches.lidAuthors,
    hasIncompleteParticipantInformation: false,
  }
}

/** `admins` may be missing and then means nobody. */
export function participantRow(chat: SimChat): Row {
  const members = chat.participants.map(memberJid)
  return {
    groupId: chat.id,
    participants: members,
    ...(members.length > 3 ? { admins: [members[0]], superAdmins: [] } : {}),
    pastParticipants: [],
    version: 2,
    deviceSyncComplete: true,
    senderKey: secret,
    rotateKey: secret,
  }
}

/** Who reacted: as many people as the page counts, taken from the members. */
export function reactionRows(chat: SimChat): Row[] {
  const people = chat.kind === 'group' ? chat.participants : [...chat.participants, { ...account().scenario.account, saved: true }]
  return chat.messages.flatMap(message =>
    message.reactions
      .flatMap(one => Array.from({ length: one.count }, () => one.emoji))
      .slice(0, people.length)
      .map((reactionText, n) => ({
        parentMsgKey: messageKey(chat, message),
        senderUserJid: memberJid(people[n]!),
        msgKey: derivedId(message.id, 10 + n),
        reactionText,
        timestamp: Date.parse(message.sentAt) + 90_000,
        t: secondsOf(message.sentAt) + 90,
        read: true,
        ack: 3,
        orphan: 0,
      })),
  )
}
