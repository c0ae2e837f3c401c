/** Ids that pretend to be of another form than the page's own. Senders choose the ids of their messages, so what such an id says is theirs. */
import type { RawConversation } from '../raw.ts'
import { one } from './fields.ts'
import { parseRowId } from './ids.ts'

/**
 * The conversation, with ids that look packed taken for no ids where the page's ids are bare. A build writes all of its ids in one form: where
 * most rows have bare ones, an id that names a chat was made by its sender to say so, and its row would count for that chat. It becomes a
 * reject like every other id of a form that is not known.
 */
export function withoutForeignIds(raw: RawConversation): RawConversation {
  const ids = raw.items.flatMap(item => (item.type === 'row' ? [parseRowId(one(item.fields, 'id') ?? '')] : []))
  const packed = ids.filter(({ chatJid }) => chatJid !== null).length
  // Albums may be named by bare ids in every era.
  const bare = ids.filter(({ kind, chatJid }) => kind === 'message' && chatJid === null).length
  if (packed === 0 || packed > bare) return raw
  const items = raw.items.map(item => {
    const id = item.type === 'row' ? item.fields.id : undefined
    if (item.type !== 'row' || !id || parseRowId(id.v[0] ?? '').chatJid === null) return item
    return { ...item, fields: { ...item.fields, id: { ...id, v: id.v.map(value => `?${value}`) } } }
  })
  return { ...raw, items }
}
