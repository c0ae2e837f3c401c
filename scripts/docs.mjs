// Writes the settings and metrics of the README from the code: `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs'
import { makeMetrics } from '../dist/metrics.js'
import { settings } from '../dist/settings.js'

const path = new URL('../README.md', import.meta.url)
const cell = text => text.replaceAll('|', '\\|')
const settingRows = Object.entries(settings).map(([name, { default: byDefault, description }]) => {
  const shown = byDefault === null ? '–' : byDefault.startsWith('(') ? byDefault.slice(1, -1) : `\`${byDefault}\``
  return `| \`${name}\` | ${cell(shown)} | ${cell(description)} |`
})
const metricRows = (await makeMetrics({ processMetrics: false }).registry.getMetricsAsJSON())
  .sort((a, b) => (a.name < b.name ? -1 : 1))
  .map(({ name, help }) => `| \`${name}\` | ${cell(help)} |`)
const blocks = {
  settings: ['| variable | default | meaning |', '| --- | --- | --- |', ...settingRows],
  metrics: ['| metric | counts |', '| --- | --- |', ...metricRows, '', 'And those of the process itself (`process_…`, `nodejs_…`).'],
}

let text = readFileSync(path, 'utf8')
for (const [name, lines] of Object.entries(blocks)) {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
  text = `${text.slice(0, text.indexOf(start) + start.length)}\n${lines.join('\n')}\n${text.slice(text.indexOf(end))}`
}
writeFileSync(path, text)
