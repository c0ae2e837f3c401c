/** Elements, made without markup: text stays text. */

type Child = Node | string | null
type Attributes = Record<string, string | number | boolean | null>

/** An element with attributes (null and false: left out; true: empty) and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) made.setAttribute(key, value === true ? '' : String(value))
  }
  made.append(...children.filter(child => child !== null))
  return made
}

/** The element of this id, which the page has. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T
}

/** With a capital letter at its beginning. */
export function sentence(text: string): string {
  return text.replace(/^\p{Ll}/u, letter => letter.toUpperCase())
}
