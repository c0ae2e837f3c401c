/** Rows far from the window drop their children and keep their height (reference 4.5). */
import { page, set } from './dom.ts'

/** Watches the boxes of rows within one scroll container. In a hidden tab nothing is drawn until it is seen. */
export class Shells {
  readonly #observer: IntersectionObserver
  readonly #dropped = new Map<Element, ChildNode[]>()

  constructor(scroller: Element) {
    const rootMargin = `${page.switches.shellPx}px 0px`
    this.#observer = new IntersectionObserver(entries => this.#seen(entries), { root: scroller, rootMargin })
  }

  /** Watching a box twice is watching it once. */
  watch(box: HTMLElement): void {
    if (page.switches.virtualized) this.#observer.observe(box)
  }

  /** Takes a box out of the watch, with its children back in place so that they can be cleaned up. */
  forget(box: HTMLElement): void {
    this.#observer.unobserve(box)
    this.#restore(box)
  }

  drop(box: HTMLElement, height: number): void {
    this.#dropped.set(box, [...box.childNodes])
    box.style.minHeight = `${height}px`
    box.replaceChildren()
    set(box, 'data-virtualized', 'true')
  }

  close(): void {
    this.#observer.disconnect()
    for (const box of [...this.#dropped.keys()]) this.#restore(box)
  }

  #restore(box: Element): void {
    const children = this.#dropped.get(box)
    if (!children) return
    this.#dropped.delete(box)
    box.append(...children)
    ;(box as HTMLElement).style.removeProperty('min-height')
    set(box, 'data-virtualized', 'false')
  }

  #seen(entries: IntersectionObserverEntry[]): void {
    if (page.switches.hiddenTab) return
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      if (isIntersecting) this.#restore(target)
      else if (!this.#dropped.has(target) && target.isConnected) this.drop(target as HTMLElement, boundingClientRect.height)
    }
  }
}
