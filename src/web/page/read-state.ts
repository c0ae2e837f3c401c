/** Signals of the application's state (reference §2). */
import type { RawState } from '../../raw.ts'
import type { Engine } from './engine.ts'
import type { Plan } from './plan.ts'
import { withEngine } from './with-engine.ts'

/** JSON of RawState: which of the set's state signals stand on the page, with the few strings that tell states apart. */
export const readState = withEngine(stateSignals)

function stateSignals(engine: Engine, plan: Plan): string {
  const root = document.documentElement
  const shown = (node: Element): boolean => {
    const style = getComputedStyle(node)
    return style.display !== 'none' && style.visibility !== 'hidden' && !node.closest('[hidden]')
  }
  const present: string[] = []
  for (const name in plan.state) {
    if ((plan.state[name] ?? []).some(selector => [...document.querySelectorAll(selector)].some(shown))) present.push(name)
  }
  const dialog = (plan.state.dialog ?? []).flatMap(selector => [...document.querySelectorAll(selector)]).find(shown) ?? null
  const list = engine.first(plan.chatList.elements.grid) ?? engine.first(plan.chatList.elements.scroller)
  const notice = dialog ?? (list ? null : document.body)
  const buttons = notice ? [...notice.querySelectorAll('button, [role="button"]')].slice(0, 20) : []
  const html = dialog || list ? '' : (document.body?.innerHTML ?? '')
  const build = /"?client_revision"?\s*[:=]\s*"?(\d{6,})/.exec(html)?.[1] ?? null
  const raw: RawState = {
    lang: root.getAttribute('lang') ?? '',
    title: document.title,
    present,
    qrRef: engine.first(plan.state.qr)?.closest('[data-ref]')?.getAttribute('data-ref') ?? null,
    notice: notice ? engine.visibleText(notice).slice(0, 500) : '',
    dialogButtons: buttons
      .map(button => engine.visibleText(button) || (button.getAttribute('aria-label') ?? ''))
      .filter(text => text !== ''),
    build,
  }
  return JSON.stringify(raw)
}
