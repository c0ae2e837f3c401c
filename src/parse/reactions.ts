/** Reactions under a message: emoji and, where the page says so, how many (reference §5). */
import type { Reaction } from '../model.ts'
import type { RawFields } from '../raw.ts'
import { all, one } from './fields.ts'
import { asciiDigits } from './fold.ts'

const emoji =
  /\p{Regional_Indicator}{2}|[#*0-9]\ufe0f?\u20e3|\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier}|[\u{e0020}-\u{e007f}]+)?(?:\u200d\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?)*/gu

/** The page gives each emoji once and the sum of all; a count is given only where the sum leaves no choice. */
export function reactionsOf(fields: RawFields): Reaction[] {
  const label = one(fields, 'reactions') ?? ''
  const drawn = all(fields, 'reactionEmoji').filter(text => text.trim() !== '')
  const list = [...new Set(drawn.length > 0 ? drawn : (label.match(emoji) ?? []))]
  if (list.length === 0) return []
  const shown = one(fields, 'reactionTotal') ?? label.replace(emoji, ' ').match(/\p{Nd}+/u)?.[0] ?? null
  const total = shown === null ? list.length : Number(asciiDigits(shown))
  return list.map(one => ({ emoji: one, count: list.length === 1 ? total : total === list.length ? 1 : null }))
}
