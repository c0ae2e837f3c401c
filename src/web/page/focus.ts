/**
 * Runs in the page's own world before any script of the page, in every document (Playwright: addInitScript). The page stays visible and
 * never learns that it has the focus: a click alone would give it back (reference: measured), and a focused page sends read receipts.
 * Overrides are proxies of the native functions and print as the originals, since pages may look.
 */
export function withholdFocus(): void {
  const originals = new WeakMap<object, object>()
  const nativeToString = Function.prototype.toString
  const answer = <F extends (...args: never[]) => unknown>(native: F, value: unknown): F => {
    const proxy = new Proxy(native, {
      apply: (target, self, args) => {
        // Called on a wrong `this`, the native function throws; so does this one.
        Reflect.apply(target, self, args)
        return value
      },
    })
    originals.set(proxy, native)
    return proxy
  }
  const disguise = new Proxy(nativeToString, {
    apply: (target, self, args) => Reflect.apply(target, originals.get(self as object) ?? self, args),
  })
  originals.set(disguise, nativeToString)

  const replace = (owner: object, name: string, value: unknown): void => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name)
    if (!descriptor) return
    if (descriptor.get) Object.defineProperty(owner, name, { ...descriptor, get: answer(descriptor.get as () => unknown, value) })
    else Object.defineProperty(owner, name, { ...descriptor, value: answer(descriptor.value as () => unknown, value) })
  }
  Object.defineProperty(Function.prototype, 'toString', {
    ...Object.getOwnPropertyDescriptor(Function.prototype, 'toString'),
    value: disguise,
  })
  replace(Document.prototype, 'hasFocus', false)
  replace(Document.prototype, 'visibilityState', 'visible')
  replace(Document.prototype, 'hidden', false)

  const swallow = (event: Event): void => {
    if (event.target === window || event.target === document) event.stopImmediatePropagation()
  }
  // First listeners of the window, in the capture phase: nothing of the page comes before them. Focus of elements passes.
  window.addEventListener('focus', swallow, true)
  window.addEventListener('visibilitychange', swallow, true)
}
