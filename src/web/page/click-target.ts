/** What `clickTarget` is asked: a kind of the guard's list, and an element or a point (CSS px of the viewport). */
export interface ClickQuestion {
  kind: string
  element: Element | null
  point: { x: number; y: number } | null
  /** Captions that this kind may carry, trimmed and lower case; empty where the kind goes by structure alone. */
  captions: readonly string[]
  /** Captions that may stand beside it (dialogs). */
  companions: readonly string[]
  /** How long a target that moves, or that takes no pointer yet, is waited for. */
  timeoutMs: number
}

/**
 * Whether a press would hit what the guard's list allows for `kind`, and where: `{"ok": true, "x", "y"}` or `{"ok": false, "reason"}`.
 * Judged by what really lies under the point (elementFromPoint), after the target has stood still for a frame. Presses nothing.
 */
export async function clickTarget(question: ClickQuestion): Promise<string> {
  const { kind, element, captions, companions, timeoutMs } = question
  const caption = (node: Element): string => {
    const copy = node.cloneNode(true) as Element
    for (const svg of copy.querySelectorAll('svg')) svg.remove()
    return (copy.textContent?.trim() || node.getAttribute('aria-label') || '')
      .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
      .trim()
      .toLowerCase()
  }
  const icons = (node: Element): string[] => {
    const names = [node, ...node.querySelectorAll('[data-icon], [data-testid]')].flatMap(one => [
      one.getAttribute('data-icon') ?? '',
      one.getAttribute('data-testid') ?? '',
    ])
    return [...names, ...[...node.querySelectorAll('svg title')].map(title => title.textContent ?? '')].filter(name => name !== '')
  }
  const buttonOf = (hit: Element): Element | null => hit.closest('button, [role="button"]')
  const dialogOf = (hit: Element): Element | null => hit.closest('[role="dialog"]:not([data-testid="conversation-subheader"])')
  const inMain = (node: Element): boolean => node.closest('div#main') !== null
  const rowOfList = (node: Element): Element | null =>
    node.closest('div#main [data-tab="8"], div#main [data-testid="conversation-panel-messages"]') &&
    node.closest('[data-id], [data-testid^="conv-msg-"], [role="row"]')
  /** A panel beside the chat list that can be left by a "back" button: the archived chats. */
  const sidePanelOf = (node: Element): Element | null => {
    let panel = node.parentElement
    while (panel && panel !== document.body && panel.id !== 'app' && !panel.querySelector('div#main, #pane-side')) {
      if ([...panel.querySelectorAll('button, [role="button"]')].some(button => !inMain(button) && isBack(button))) return panel
      panel = panel.parentElement
    }
    return null
  }
  const backWords = kind === 'archived-back' ? captions : companions
  const isBack = (button: Element): boolean =>
    icons(button).some(name => /^(?:wds-ic-|ic-)?(?:back|arrow-back)/.test(name)) || backWords.includes(caption(button))

  /** The element that would be pressed, or why it may not be. */
  const allowed = (hit: Element): Element | string => {
    if (hit.closest('footer, [contenteditable=""], [contenteditable="true"], input, textarea, select, a[href], audio, video'))
      return 'it lies in an input, a link or a player'
    if (kind === 'chat-row') {
      const row = hit.closest('[tabindex][aria-selected]')
      if (!row || row.matches('[role="tab"], button')) return 'it is no chat row'
      if (inMain(row) || row.closest('[role="dialog"], header')) return 'it is not in the chat list'
      if (!row.closest('#pane-side') && !(row.closest('[role="grid"], [role="list"]') && sidePanelOf(row)))
        return 'it is in neither the chat list nor the archived panel'
      const button = buttonOf(hit)
      return button && row.contains(button) && button !== row ? 'a button of the row lies there' : row
    }
    const button = buttonOf(hit)
    if (!button) return 'it is no button'
    if (kind === 'dialog-close') {
      const dialog = dialogOf(button)
      if (!dialog || inMain(dialog)) return 'it is in no dialog'
      if (dialog.querySelector('input:not([type="checkbox"]), textarea, [contenteditable="true"], [data-ref], canvas'))
        return 'its dialog asks for something'
      const others = [...dialog.querySelectorAll('button, [role="button"]')].map(caption)
      if (others.some(text => !captions.includes(text) && !companions.includes(text))) return 'its dialog has a button that is not known'
      return captions.includes(caption(button)) ? button : 'its caption does not close a notice'
    }
    if (icons(button).some(name => /send|ptt|(?:^|-)mic|play|call|forward/.test(name))) return 'it sends, records, plays or calls'
    if (kind === 'archived-row') {
      if (!button.closest('#pane-side') || button.closest('[role="grid"]')) return 'it is not above the chat list'
      return icons(button).some(name => /archive/.test(name)) ||
        captions.includes(caption(button)) ||
        captions.includes((button.getAttribute('aria-label') ?? '').trim().toLowerCase())
        ? button
        : 'it is not the archived row'
    }
    if (kind === 'archived-back') {
      if (inMain(button) || dialogOf(button)) return 'it is not in the archived panel'
      return isBack(button) ? button : 'it does not lead back'
    }
    if (kind === 'older-messages') {
      const list = document.querySelector('div#main [data-tab="8"]')
      const strip = list?.previousElementSibling
      if (!list || !inMain(button) || button.closest('header')) return 'it is in no conversation'
      if (caption(button) === '') return 'it says nothing'
      if (strip?.contains(button)) return strip.querySelectorAll('button, [role="button"]').length > 1 ? 'it does not stand alone' : button
      const above = (button.compareDocumentPosition(list) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
      return above && captions.includes(caption(button)) ? button : 'it does not ask for older messages'
    }
    if (!rowOfList(button)) return 'it is not in a message'
    if (kind === 'read-more')
      return button.matches('.read-more-button, [data-testid*="read-more-button"]') ? button : 'it is not a "Read more" button'
    if (kind === 'image-download') {
      if (button.matches('[title], [data-testid*="document"]')) return 'it belongs to a document'
      return icons(button).some(name => /^(?:media-download|ic-download|wds-ic-download|download-refreshed|image-download)/.test(name))
        ? button
        : 'it does not download a picture'
    }
    return 'this kind of click is not on the list'
  }

  const frame = (): Promise<void> =>
    new Promise(resolve => {
      const timer = setTimeout(resolve, 50)
      requestAnimationFrame(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  const spot = (): { x: number; y: number } | string => {
    if (!element) return question.point ?? 'no target was given'
    if (!element.isConnected) return 'it is gone from the page'
    const box = element.getBoundingClientRect()
    if (box.width === 0 || box.height === 0) return 'it has no size'
    if (box.top < 0 || box.left < 0 || box.bottom > innerHeight || box.right > innerWidth)
      element.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    const now = element.getBoundingClientRect()
    // Left of the middle in rows: avatar rings stand at the start, badges and menus at the end.
    return { x: Math.round(now.left + now.width * (kind === 'chat-row' ? 0.45 : 0.5)), y: Math.round(now.top + now.height / 2) }
  }

  const end = performance.now() + timeoutMs
  let reason = ''
  let centred = false
  do {
    const before = spot()
    await frame()
    const at = spot()
    if (typeof at === 'string') {
      reason = at
      continue
    }
    if (typeof before === 'string' || before.x !== at.x || before.y !== at.y) {
      reason = 'it keeps moving'
      continue
    }
    const hit = document.elementFromPoint(at.x, at.y)
    if (!hit) {
      reason = 'it lies outside the window'
      continue
    }
    // In the window, and yet under the footer or another edge of its pane: brought into the middle, once.
    if (element && !centred && !element.contains(hit) && !hit.contains(element)) {
      centred = true
      element.scrollIntoView({ block: 'center', inline: 'nearest' })
      reason = 'something else lies over it'
      continue
    }
    const pressed = allowed(hit)
    if (typeof pressed === 'string') {
      reason = pressed
      continue
    }
    if (element && pressed !== element && !pressed.contains(element) && !element.contains(pressed)) {
      reason = 'something else lies over it'
      continue
    }
    return JSON.stringify({ ok: true, x: at.x, y: at.y })
  } while (performance.now() < end)
  return JSON.stringify({ ok: false, reason })
}
