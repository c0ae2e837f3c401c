/**
 * Waits until the document changes, then until it has been still for `quietMs`; at most `timeoutMs`.
 * Answers `{"changed": boolean}`. One observer, gone when it answers.
 */
export function waitChange({ timeoutMs, quietMs }: { timeoutMs: number; quietMs: number }): Promise<string> {
  return new Promise(resolve => {
    let quiet: ReturnType<typeof setTimeout> | undefined
    const finish = (changed: boolean): void => {
      observer.disconnect()
      clearTimeout(quiet)
      clearTimeout(limit)
      resolve(JSON.stringify({ changed }))
    }
    const observer = new MutationObserver(() => {
      clearTimeout(quiet)
      quiet = setTimeout(() => finish(true), quietMs)
    })
    const limit = setTimeout(() => finish(quiet !== undefined), timeoutMs)
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
  })
}
