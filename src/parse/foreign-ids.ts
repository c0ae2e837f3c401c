/** Ids that pretend to be of another form than the page's own. Senders choose the ids of their messages, so what such an id says is theirs. */
import type { RawConversation } from '../raw.ts'
import { one } from './fields.ts'
import { asBareId, parseRowId } from './ids.ts'

/** An id may be as long as the tables' unique keys can hold. */
const longestId = 500

/**
 * The conversation, with ids of another form taken as they stand where the page's ids are bare. A build writes all of its ids in one form: where most
 * rows have bare ones, an id that names a chat, or that looks like nothing known, was made so by its sender, and is the message's own all the
 * same. Nothing in it is believed. Where most rows have such ids it is the page that changed, and they stay what they are.
 */
export function withoutForeignIds(raw: RawConversation): RawConversation {
  const ids = raw.items.flatMap(item => (item.type === 'row' ? [one(item.fields, 'id') ?? ''] : []))
  const foreign = ids.filter(isForeign).length
  // Albums may be named by bare ids in every era.
  const bare = ids.filter(id => parseRowId(id).kind === 'message' && !isForeign(id)).length
  if (foreign === 0 || foreign > bare) return raw
  const items = raw.items.map(item => {
    const id = item.type === 'row' ? item.fields.id : undefined
    if (item.type !== 'row' || !id || !isForeign(id.v[0] ?? '')) return item
    return { ...item, fields: { ...item.fields, id: { ...id, v: id.v.map(asBareId) } } }
  })
  return { ...raw, items }
}

function isForeign(id: string): boolean {
  const { kind, chatJid } = parseRowId(id)
  return id !== '' && id.length <= longestId && (chatJid !== null || kind === 'unknown')
}
