/**
 * Which messages concern the owner's agent (contract §2). Two questions, one answer each:
 * does the message stand in the agent's own conversation, and is it addressed to the agent?
 */
import type { Direction } from './model.ts'
import { stripBidi } from './parse/fold.ts'
import { samePhone } from './parse/phone.ts'

/** `WHATSAPP_AGENT_CONTACT`, `WHATSAPP_AGENT_THREAD_NAME`, `WHATSAPP_AGENT_KEYWORDS`. */
export interface AgentRules {
  contact: string | null
  threadName: string | null
  keywords: string[]
}

/** The chat as far as it is known. `phone`: the other person's number in any spelling or as a phone JID. */
export interface AgentChat {
  chatTitle: string
  chatJid: string | null
  isGroup: boolean | null
  phone: string | null
}

/**
 * `isAgentChannel`: the message stands in the agent's own 1:1 chat or group, whoever wrote it.
 * `addressed`: somebody talks to the agent, which becomes an `agent.message` event: the owner's own message in the agent's 1:1 chat, any message of the
 * agent's group, or a message of any other chat that names a keyword. What the agent's contact itself writes is its answer, addressed to nobody.
 * `excludeFromAutomation`: the message belongs to the agent (channel or addressed) and must not feed other automation.
 */
export interface AgentFlags {
  isAgentChannel: boolean
  excludeFromAutomation: boolean
  addressed: boolean
}

/** The flags of one message. */
export function agentFlags(rules: AgentRules, chat: AgentChat, message: { text: string | null; direction: Direction }): AgentFlags {
  const contact = isContactChat(rules, chat)
  const isAgentChannel = contact || isThread(rules, chat)
  const addressed = isAgentChannel ? !contact || message.direction === 'out' : namesAgent(rules.keywords, message.text)
  return { isAgentChannel, addressed, excludeFromAutomation: isAgentChannel || addressed }
}

function name(text: string): string {
  return stripBidi(text).normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase()
}

function isContactChat({ contact }: AgentRules, chat: AgentChat): boolean {
  if (contact === null || contact.trim() === '' || chat.isGroup === true || chat.chatJid?.endsWith('@g.us')) return false
  const numbers = [chat.phone, chat.chatJid, chat.chatTitle]
  return numbers.some(number => number !== null && samePhone(contact, number)) || name(contact) === name(chat.chatTitle)
}

function isThread({ threadName }: AgentRules, chat: AgentChat): boolean {
  if (threadName === null || threadName.trim() === '' || chat.isGroup === false) return false
  if (chat.isGroup === null && chat.chatJid !== null && !chat.chatJid.endsWith('@g.us')) return false
  return name(threadName) === name(chat.chatTitle)
}

const patterns = new Map<string, RegExp>()

/** Whether a text starts with "Kenny," or holds "@Kenny", in any case, as a whole word of any script. */
export function namesAgent(keywords: string[], text: string | null): boolean {
  if (text === null || keywords.length === 0) return false
  const clean = stripBidi(text).normalize('NFC')
  return keywords.some(keyword => keyword.trim() !== '' && patternOf(keyword.trim()).test(clean))
}

function patternOf(keyword: string): RegExp {
  let pattern = patterns.get(keyword)
  if (!pattern) {
    const escaped = keyword
      .normalize('NFC')
      .replace(/^@/, '')
      .replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
      .replace(/\s+/g, '\\s+')
    pattern = new RegExp(`^\\s*${escaped}\\s*[,，،、]|(?<![\\p{L}\\p{N}_@.])@${escaped}(?![\\p{L}\\p{N}\\p{M}_])`, 'iu')
    patterns.set(keyword, pattern)
  }
  return pattern
}
