/** Keeps the children of a list equal to what they stand for: those that did not change stay, with focus and all. */

export interface Item<T> {
  key: string
  value: T
  make(value: T): HTMLElement
}

export class KeyedList {
  readonly #list: HTMLElement
  #made = new Map<string, { value: unknown; node: HTMLElement }>()

  constructor(list: HTMLElement) {
    this.#list = list
  }

  show<T>(items: readonly Item<T>[]): void {
    const made = new Map<string, { value: unknown; node: HTMLElement }>()
    let place = this.#list.firstElementChild
    for (const { key, value, make } of items) {
      const known = this.#made.get(key)
      const node = known?.value === value ? known.node : make(value)
      if (known && known.node !== node) {
        if (place === known.node) place = known.node.nextElementSibling
        known.node.remove()
      }
      made.set(key, { value, node })
      if (node === place) place = node.nextElementSibling
      else this.#list.insertBefore(node, place)
    }
    for (const [key, { node }] of this.#made) if (!made.has(key)) node.remove()
    this.#made = made
  }

  node(key: string): HTMLElement | undefined {
    return this.#made.get(key)?.node
  }
}
