/** The stored chats that somebody names on the command line. */
import type { NamedChat } from '../db/purge.ts'
import { toStored } from '../db/text.ts'
import { UsageError } from '../errors.ts'
import { samePhone } from '../parse/phone.ts'

/** Chats that the names stand for, as `sync --chat` understands them. Throws UsageError where one is unknown or could be several. */
export function chosenChats(chats: readonly NamedChat[], names: readonly string[]): number[] {
  const ids = names.map(name => {
    const text = toStored(name)
    // An id is one chat's; what a title says may be said of others too.
    const exact = chats.filter(chat => chat.ids.includes(text))
    const called =
      exact.length > 0 ? exact : chats.filter(chat => chat.title === text || [chat.title, ...chat.ids].some(own => samePhone(text, own)))
    if (called.length === 0) {
      throw new UsageError(
        `--chat ${JSON.stringify(name)}: no stored chat is called so. Expected its title, a phone number with its country code, or its id (chats.external_id).`,
      )
    }
    if (called.length > 1) {
      throw new UsageError(
        `--chat ${JSON.stringify(name)} could be any of ${called.length} chats. Give the id of the one that is meant: ${called.map(chat => JSON.stringify(chat.externalId)).join(', ')}`,
      )
    }
    return called[0]!.id
  })
  return [...new Set(ids)]
}
