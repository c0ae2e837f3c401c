// What the page is made of besides its modules, which tsc writes.
import { copyFileSync } from 'node:fs'

for (const name of ['page.html', 'style.css', 'icon.svg']) {
  copyFileSync(new URL(`../src/page/${name}`, import.meta.url), new URL(`../dist/page/${name}`, import.meta.url))
}
