/** The build of the page as one JSON string, `{"build": "2.3000.1036601106"}` or null where it does not tell (reference §0, version string). */
export function readBuild(): string {
  const debug = (window as unknown as { Debug?: { VERSION?: unknown } }).Debug
  if (typeof debug?.VERSION === 'string' && /^\d+(\.\d+)+$/.test(debug.VERSION)) return JSON.stringify({ build: debug.VERSION })
  for (const script of document.querySelectorAll('script:not([src])')) {
    const revision = /"(?:client_revision|__spin_r)":\s*(\d{6,})/.exec(script.textContent ?? '')?.[1]
    if (revision) return JSON.stringify({ build: `2.3000.${revision}` })
  }
  return JSON.stringify({ build: null })
}
