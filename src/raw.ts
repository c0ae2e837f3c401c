/**
 * What a page shows: strings only, no meaning. The checked contract between the code that runs in the page
 * (`web/page/`) and the parser (`parse/`). Everything the page returns is one JSON string, validated by these shapes.
 */
import { z } from 'zod'

/** One field of a row: the index of the selector candidate that hit, and the value(s) it gave. Missing field = no candidate hit. */
export const RawField = z.object({ c: z.number().int().nonnegative(), v: z.array(z.string()) })
export type RawField = z.infer<typeof RawField>

export const RawFields = z.record(z.string(), RawField)
export type RawFields = z.infer<typeof RawFields>

/**
 * A row of the conversation (message, system notice, shell). `run` numbers the wrapper of consecutive rows of one sender
 * (null in flat lists). `shell`: the page dropped the row's children. `geometry`: gaps in CSS px between bubble and panel,
 * null without layout.
 */
export const RawRow = z.object({
  type: z.literal('row'),
  run: z.number().int().nullable(),
  shell: z.boolean(),
  geometry: z.object({ left: z.number(), right: z.number() }).nullable(),
  fields: RawFields,
})
export type RawRow = z.infer<typeof RawRow>

/** Children of the list that are not rows: `day` a date separator, `unread` the unread bar. */
export const RawMark = z.object({ type: z.enum(['day', 'unread']), text: z.string() })
export type RawMark = z.infer<typeof RawMark>

export const RawItem = z.union([RawRow, RawMark])
export type RawItem = z.infer<typeof RawItem>

/** The strip above the first message (reference §4.2): its structure tells what it means. */
export const RawBanner = z.object({ shape: z.enum(['none', 'loading', 'button', 'text']), text: z.string() })
export type RawBanner = z.infer<typeof RawBanner>

/** The open conversation as mounted now, items in page order (oldest first). */
export const RawConversation = z.object({
  open: z.boolean(),
  title: z.string().nullable(),
  subtitle: z.string().nullable(),
  /** `html[lang]` and the direction of the conversation panel. */
  lang: z.string(),
  dir: z.enum(['ltr', 'rtl']),
  banner: RawBanner,
  items: z.array(RawItem),
  scroll: z.object({ top: z.number(), height: z.number(), client: z.number() }),
  /** Hits by header field, for the counters. */
  fields: RawFields,
})
export type RawConversation = z.infer<typeof RawConversation>

const RawRowContent = RawRow.pick({ shell: true, geometry: true, fields: true })

/**
 * The conversation as it is followed: a row that did not change since it was last told is named by its number alone (`content` null). `age`: milliseconds
 * since the row came, or was filled. `left`: rows that changed after they were last told and are no longer mounted. `readMore`: a text is cut short.
 * `late`: how long after it came a row had its last part, milliseconds, the most that was seen, and how many rows were watched for 200 ms at least, for
 * 400 ms, and so on. `moved`: the pane stands elsewhere than before the question. `loadMs`: after so many milliseconds the rows came that were asked for.
 */
export const RawFollowed = RawConversation.omit({ items: true }).extend({
  items: z.array(
    z.union([
      RawRow.pick({ type: true, run: true }).extend({
        n: z.number().int(),
        age: z.number(),
        content: RawRowContent.nullable(),
      }),
      RawMark,
    ]),
  ),
  left: z.array(RawRowContent),
  readMore: z.boolean(),
  late: z.object({ latest: z.number(), watched: z.array(z.number().int()) }),
  moved: z.boolean().optional(),
  loadMs: z.number().optional(),
})
export type RawFollowed = z.infer<typeof RawFollowed>

/** A mounted row of the chat list; `y` its translateY in px (null where the style has none), `height` in px. */
export const RawChatRow = z.object({ y: z.number().nullable(), height: z.number().nullable(), fields: RawFields })
export type RawChatRow = z.infer<typeof RawChatRow>

/** The mounted part of the chat list. `rowCount` is `aria-rowcount`, `gridHeight` the grid's own height in px: both prove completeness. */
export const RawChatList = z.object({
  present: z.boolean(),
  lang: z.string(),
  search: z.boolean(),
  rowCount: z.number().int().nullable(),
  gridHeight: z.number().nullable(),
  /** An "Archived" row stands above the list. */
  archivedEntry: z.boolean(),
  rows: z.array(RawChatRow),
  scroll: z.object({ top: z.number(), height: z.number(), client: z.number() }),
})
export type RawChatList = z.infer<typeof RawChatList>

/** Signals of the application's state (reference §2): which named selectors of the set's `state` block exist, and a few strings. */
export const RawState = z.object({
  lang: z.string(),
  title: z.string(),
  /** Names of the state selectors that match something visible, e.g. `qr`, `chatList`, `loading`, `dialog`. */
  present: z.array(z.string()),
  /** `data-ref` of the QR code, null where there is none. */
  qrRef: z.string().nullable(),
  /** Visible text of a full-page or modal notice, cut at 500 characters, for the classifier only. */
  notice: z.string(),
  /** Visible captions of the buttons of an open dialog. */
  dialogButtons: z.array(z.string()),
  /** Build number of the page (`2.3000.<rev>`) where the page tells it. */
  build: z.string().nullable(),
})
export type RawState = z.infer<typeof RawState>
