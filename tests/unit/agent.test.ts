import assert from 'node:assert/strict'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { type AgentChat, type AgentRules, agentFlags, namesAgent } from '../../src/agent.ts'

const none: AgentRules = { contact: null, threadName: null, keywords: [] }
const person: AgentChat = { chatTitle: 'Ana', chatJid: '5511987654321@c.us', isGroup: false, phone: null }
const group: AgentChat = { chatTitle: 'Team Kenny', chatJid: '120363000000000001@g.us', isGroup: true, phone: null }
const said = (text: string | null, direction: 'in' | 'out' = 'in') => ({ text, direction })
const channel = { isAgentChannel: true, excludeFromAutomation: true, addressed: true }
const nobody = { isAgentChannel: false, excludeFromAutomation: false, addressed: false }

test.describe('the agent’s contact', () => {
  test('is known by its phone number in any spelling, wherever the chat shows it', () => {
    for (const contact of ['+55 11 98765-4321', '5511987654321', '00551187654321', '+55 (11) 8765-4321']) {
      const rules = { ...none, contact }
      expect(agentFlags(rules, person, said('hello', 'out')), contact).toEqual(channel)
      expect(
        agentFlags(rules, { chatTitle: '+55 11 98765-4321', chatJid: null, isGroup: null, phone: null }, said('hello', 'out')),
      ).toEqual(channel)
      expect(
        agentFlags(rules, { chatTitle: 'Ana', chatJid: '1@lid', isGroup: false, phone: '5511987654321@c.us' }, said('hello', 'out')),
      ).toEqual(channel)
      expect(agentFlags(rules, { chatTitle: 'Ana', chatJid: '1@lid', isGroup: false, phone: null }, said('hello', 'out'))).toEqual(nobody)
    }
  })

  test('is known by its saved name, whatever the case and the direction marks', () => {
    for (const contact of ['Ana', ' ana ', 'ANA'])
      expect(agentFlags({ ...none, contact }, { ...person, chatTitle: '\u202aAna\u202c' }, said('x', 'out'))).toEqual(channel)
    expect(agentFlags({ ...none, contact: 'An' }, person, said('x', 'out'))).toEqual(nobody)
  })

  test('is a person: a group of the same name is not its chat', () => {
    expect(agentFlags({ ...none, contact: 'Team Kenny' }, group, said('x', 'out'))).toEqual(nobody)
  })

  test('is spoken to by the owner; what it answers is addressed to nobody but stays out of automation', () => {
    const rules = { ...none, contact: 'Ana' }
    expect(agentFlags(rules, person, said('what is next?', 'out'))).toEqual(channel)
    expect(agentFlags(rules, person, said('a meeting', 'in'))).toEqual({
      isAgentChannel: true,
      excludeFromAutomation: true,
      addressed: false,
    })
    expect(agentFlags(rules, person, said(null, 'out'))).toEqual(channel)
  })
})

test.describe('the agent’s group', () => {
  test('is known by its title; everything in it is addressed to the agent', () => {
    const rules = { ...none, threadName: 'team kenny' }
    expect(agentFlags(rules, group, said('hi'))).toEqual(channel)
    expect(agentFlags(rules, group, said('hi', 'out'))).toEqual(channel)
    expect(agentFlags(rules, { ...group, isGroup: null, chatJid: null }, said('hi'))).toEqual(channel)
  })

  test('is a group: a person of the same name is not it', () => {
    const rules = { ...none, threadName: 'Ana' }
    expect(agentFlags(rules, person, said('hi'))).toEqual(nobody)
    expect(agentFlags(rules, { ...person, isGroup: null }, said('hi'))).toEqual(nobody)
  })
})

test.describe('keywords', () => {
  test('address the agent in any other chat, and keep the message out of other automation', () => {
    expect(agentFlags({ ...none, keywords: ['Kenny'] }, person, said('Kenny, remind me'))).toEqual({
      isAgentChannel: false,
      excludeFromAutomation: true,
      addressed: true,
    })
    expect(agentFlags({ ...none, keywords: ['Kenny'] }, group, said('ask @kenny', 'out'))).toEqual({
      isAgentChannel: false,
      excludeFromAutomation: true,
      addressed: true,
    })
    expect(agentFlags({ ...none, keywords: ['Kenny'] }, group, said('Kenny is a name'))).toEqual(nobody)
  })

  test('match a text that starts with "Kenny," or holds "@Kenny"', () => {
    for (const text of [
      'Kenny, do it',
      'kenny, do it',
      '  Kenny, do it',
      'Kenny , do it',
      'KENNY,',
      'Kenny， 请',
      'ask @Kenny',
      '@kenny',
      '@Kenny: now',
      'line\n@Kenny.',
      '(@Kenny)',
      '\u200b@Kenny',
      '\u2068@Kenny\u2069',
    ]) {
      expect(namesAgent(['Kenny'], text), text).toBe(true)
    }
  })

  test('match whole words only', () => {
    for (const text of [
      '',
      'Kenny',
      'Kenny do it',
      'Dear Kenny, do it',
      'Kennys, do it',
      '@Kennys',
      '@Kenny2',
      '@Kenny_x',
      'me@Kenny',
      'mail@kenny.example',
      '@KennyÉ',
      'Ken, ny',
      '\n',
    ])
      expect(namesAgent(['Kenny'], text), text).toBe(false)
    expect(namesAgent(['Kenny'], null)).toBe(false)
    expect(namesAgent([], 'Kenny, do it')).toBe(false)
    expect(namesAgent(['', ' '], ', do it')).toBe(false)
  })

  test('may be of any script, several words, or hold signs', () => {
    expect(namesAgent(['Кенни'], 'кенни, привет')).toBe(true)
    expect(namesAgent(['Кенни'], '@Кеннин')).toBe(false)
    expect(namesAgent(['José'], '@jose\u0301 oi')).toBe(true)
    expect(namesAgent(['肯尼'], '肯尼，你好')).toBe(true)
    expect(namesAgent(['Big Bot'], '@big  bot?')).toBe(true)
    expect(namesAgent(['c++ (bot)'], 'C++ (bot), hi')).toBe(true)
    expect(namesAgent(['@Kenny'], 'ask @Kenny')).toBe(true)
    expect(namesAgent(['a.b'], '@axb')).toBe(false)
  })

  test('never throw, whatever they hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' })),
        fc.string({ unit: 'binary' }),
        (keywords, text) => void namesAgent(keywords, text),
      ),
    )
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }).filter(word => /^[\p{L}\p{N}]+$/u.test(word)),
        fc.string(),
        (word, rest) => {
          assert.ok(namesAgent([word], `${word}, ${rest}`))
          assert.ok(namesAgent([word], `${rest} @${word}`))
        },
      ),
    )
  })
})

test('without rules nothing is the agent’s', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (title, text) =>
      assert.deepEqual(agentFlags(none, { ...person, chatTitle: title }, said(text)), nobody),
    ),
  )
})
