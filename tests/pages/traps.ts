/**
 * The 25 traps of the reference (§1), each of which has broken a reader of this page. Most are pages: a fixture whose `meta.json` names the trap holds
 * what `mark` looks for, and would be read wrongly by a reader that falls into it. What is behaviour rather than markup is proved by a test elsewhere.
 */
export interface Trap {
  what: string
  /** What the trap is made of: as it stands in the page's file, or what is expected of its messages. */
  mark?: RegExp | ((page: { html: string; messages: readonly { stamp: string | null; day_label: string | null }[] }) => boolean)
  /** The test that proves it: the beginning of its title. */
  test?: { file: string; title: string }
}

export const traps: Record<number, Trap> = {
  1: { what: 'an icon of the chat list holds a mask that is called "main"', mark: /<mask id="main">/ },
  2: { what: 'items of lists carry a stamp that is none', mark: /data-pre-plain-text="\d+\. "/ },
  3: { what: 'rows of a community have two titles', mark: /default-community/ },
  4: {
    what: 'the titled span of the header is the subtitle, not the name',
    mark: /data-tab="6"[^>]*>(?:<div[^>]*>)?<span dir="auto"(?![^>]* title=)/,
  },
  5: {
    what: 'the preview has a title too, which may be the name of another chat',
    mark: /<span (?:data-testid="last-msg-status" )?title="/,
  },
  6: { what: 'titles and previews are padded with direction marks', mark: /title="[\u200e\u202a\u202b]/ },
  7: { what: 'the unread count is said once more inside the title', mark: /"cell-frame-title"><span(?! dir)/ },
  8: { what: 'the list in the DOM is not in the order of the screen', mark: /translateY\(([1-9]\d*)px\)[\s\S]*translateY\(0px\)/ },
  9: { what: 'the times of the list do not fall from row to row', mark: /role="grid"/ },
  10: { what: 'headers of sections are rows too', mark: /role="row"[^>]*><div data-testid="section-header">/ },
  11: {
    what: 'rows change places while chats are opened',
    test: { file: 'tests/e2e/main-job.spec.ts', title: 'every message of the window is stored once and exactly' },
  },
  12: {
    what: 'rows with an id that are no messages of their own',
    mark: /data-id="(?:album|grouped-sticker)-|system_message|_amk1" role="button"/,
  },
  13: { what: 'messages without a stamp', mark: ({ messages }) => messages.some(one => one.stamp === null) },
  14: { what: 'time, "Edited" and captions stand in the DOM several times', mark: /aria-hidden="true">(?:<span><\/span>)?<span>/ },
  15: {
    what: 'text nodes nest, and their test ids may be compound',
    mark: /"[a-z-]+ selectable-text"|<(?:a|strong) [^>]*data-testid="selectable-text"/,
  },
  16: { what: 'quoted text looks like text', mark: /class="quoted-mention/ },
  17: { what: 'emoji are pictures', mark: /<img [^>]*data-plain-text=/ },
  18: { what: 'names of icons are text of the DOM', mark: /<svg[^>]*>(?:<mask[^>]*><\/mask>)?<title>/ },
  19: {
    what: 'rows in the middle of a run say nothing of their side',
    mark: /<div data-testid="msg-container"><div|<div class="_amk4[^"]*"><div/,
  },
  20: { what: 'tails carry the other name where the page runs from right to left', mark: /<html [^>]*dir="rtl"[\s\S]*tail-/ },
  21: {
    what: 'opening a chat marks it as read',
    test: { file: 'tests/e2e/quiet-account.spec.ts', title: 'chats with unread messages are opened and read, and nobody is told anything' },
  },
  22: { what: 'rows far from the window are empty boxes', mark: /data-virtualized="true" style="min-height:\d+px"><\/div>/ },
  23: {
    what: 'a hidden tab draws the last message only',
    test: {
      file: 'tests/e2e/quiet.spec.ts',
      title: 'the page never has the focus in its own eyes, also after a click and after loading anew',
    },
  },
  24: {
    what: 'separators do not tell the day of what stands below them',
    mark: ({ html, messages }) =>
      />TODAY<[\s\S]*>TUESDAY</.test(html) ||
      messages.some(one => /\d/.test(one.day_label ?? '') && one.stamp?.endsWith(one.day_label ?? '') === false),
  },
  25: {
    what: 'no code is not a login, no conversation is not an error, and a cold start takes its time',
    test: { file: 'tests/e2e/session.spec.ts', title: 'the chat list, and nothing less, means that somebody is logged in' },
  },
}
