/** Dark or light: as the system has it, or as the viewer says; kept in this browser. */
import { byId } from './dom.ts'

const themes = ['auto', 'light', 'dark'] as const
const words = { auto: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' }
const signs = { auto: '◐', light: '☀', dark: '☾' }

export function useTheme(): void {
  const button = byId('theme')
  let theme = themes.find(one => one === localStorage.getItem('theme')) ?? 'auto'
  const apply = () => {
    document.documentElement.dataset.theme = theme
    button.textContent = signs[theme]
    button.title = words[theme]
    button.setAttribute('aria-label', words[theme])
  }
  button.addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto'
    localStorage.setItem('theme', theme)
    apply()
  })
  apply()
}
