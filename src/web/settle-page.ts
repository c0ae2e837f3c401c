/** What a page is made to be before it opens WhatsApp Web: alone, without permissions, downloads or the focus. */
import type { CDPSession, Page } from 'playwright'

// Names as in Browser.setPermission.
const permissions = ['notifications', 'microphone', 'camera', 'geolocation', 'background-sync', 'clipboard-read', 'midi']

/** Denies permissions and downloads, closes what opens besides the page, answers dialogs of the browser itself, takes the focus away. */
export async function settlePage(page: Page, cdp: CDPSession, url: string): Promise<void> {
  page.context().on('page', other => {
    if (other !== page) void other.close().catch(() => undefined)
  })
  page.on('download', download => void download.cancel().catch(() => undefined))
  // `beforeunload` asks whether to leave: yes. Everything else (alert, confirm, prompt) is answered with no.
  page.on('dialog', dialog => void (dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss()).catch(() => undefined))
  await cdp.send('Emulation.setFocusEmulationEnabled', { enabled: false })
  const origin = new URL(url).origin
  for (const name of permissions) {
    // A browser that does not know one of them cannot grant it either.
    await cdp.send('Browser.setPermission', { permission: { name }, setting: 'denied', origin }).catch(() => undefined)
  }
}
