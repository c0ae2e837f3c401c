/** Switching single fields and candidates off, without touching a file. */
import { ConfigError } from '../errors.ts'
import type { Plan, PlanFields } from './page/plan.ts'

/** `field=off` or `field=2` (only that candidate). A field of the chat list or of the header is `chatList.title`, `header.title`. */
export function applyFlags(sets: readonly { plan: Plan }[], flags: Readonly<Record<string, string>>): void {
  const problems: string[] = []
  for (const [field, value] of Object.entries(flags)) {
    const [group, name] = field.includes('.') ? (field.split('.', 2) as [string, string]) : ['', field]
    let known = false
    for (const { plan } of sets) {
      const groups: Record<string, PlanFields> = {
        '': plan.conversation.fields,
        message: plan.conversation.fields,
        header: plan.conversation.header,
        chatList: plan.chatList.fields,
      }
      const list = groups[group]?.[name]
      if (!list || !groups[group]) continue
      known = true
      if (value !== 'off' && !list.some(candidate => String(candidate.i) === value))
        problems.push(
          `WHATSAPP_SELECTOR_FLAGS: ${field}=${value}: expected off or the number of a candidate of set ${plan.set} (0 to ${list.length - 1})`,
        )
      groups[group][name] = value === 'off' ? [] : list.filter(candidate => String(candidate.i) === value)
    }
    if (!known) problems.push(`WHATSAPP_SELECTOR_FLAGS: "${field}" is no field of a selector set; selectors/README.md lists them`)
  }
  if (problems.length > 0) throw new ConfigError([...new Set(problems)])
}
