/**
 * The dialogs over the page as one JSON string: `{"dialogs": [{"buttons": ["Not now", …]}]}`, captions as they stand, in document order.
 * The group description panel carries role=dialog too and is none (reference §2.4).
 */
export function readDialog(): string {
  const caption = (node: Element): string => {
    const copy = node.cloneNode(true) as Element
    for (const svg of copy.querySelectorAll('svg')) svg.remove()
    return (copy.textContent?.trim() || node.getAttribute('aria-label') || '')
      .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
      .trim()
  }
  const shown = (node: Element): boolean => node.getClientRects().length > 0
  const dialogs = [...document.querySelectorAll('[role="dialog"]:not([data-testid="conversation-subheader"])')].filter(
    dialog => shown(dialog) && dialog.closest('div#main') === null,
  )
  return JSON.stringify({
    dialogs: dialogs.map(dialog => ({ buttons: [...dialog.querySelectorAll('button, [role="button"]')].map(caption) })),
  })
}
