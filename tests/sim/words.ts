/** Invented people and sentences for generated accounts. */

export const names = [
  'Marta Quill',
  'Jonas Ferrow',
  'Lívia Sandoval',
  'Tomás Breck',
  'Ada Wintermoor',
  'Rui Calvet',
  'Noor Haddin',
  'Sunita Varl',
  'Björn Askdal',
  'Camila Drost',
  'Pedro Alvim',
  'Greta Olm',
  'Iris Pell',
  'Davi Montrose',
  'Olga Renn',
  'Hugo Sant',
  'Yara Tindall',
  'Felix Or',
  'Mina Kestrel',
  'Otto Vane',
]

export const sentences = [
  'Did the parcel arrive?',
  'I will be ten minutes late, the bridge is closed.',
  'Perfect, thanks 🙏',
  'Can you send me the address again?',
  'ok',
  'Lunch on Thursday?',
  'The blue one, I think. Or the green one: you choose.',
  'Bom dia! Tudo certo para amanhã?',
  'Não sei ainda, aviso mais tarde 😅',
  'The meeting moved to 15:30, room 4',
  '😂😂',
  'See you there',
  'Who has the keys?',
  'Price is R$ 1.250,00 or 3 x 450',
  'Call me when you are free',
  'I left it at the front desk [ask for Ana]',
  'Sim, pode ser às 10h',
  'Happy birthday!! 🎉🎂',
  'The train leaves at 8:05, platform 12',
  'Great news 👍🏽',
  'https is not the problem: the certificate is',
  'Até já',
  'It costs 5 < 6 & that is fine',
  'She said: "maybe" and left',
  'Done ✔️',
  '❤️',
  'Não esquece de levar o guarda-chuva ☔',
  'Two tickets left, shall I?',
  'I read it twice and still do not get it',
  'Yes',
  'No',
  'Hmm 🤔',
  'On my way',
]

export const long = [
  'First line\nSecond line\n\nFourth line after a gap, and last',
  'Shopping:\n1. flour\n2. eggs\n3. butter',
  'This is *important* and this is _quiet_, `code` too',
  '~old plan~ new plan 👩‍👩‍👧 with the family',
  'Thinking about it again: the first house was closer to the school, but the second one has the garden, and the third one nobody could open because the agent forgot the key. So: second house, unless you object before Friday at noon.',
]

export const arabic = 'السلام عليكم، هل وصلت الرسالة؟'

/** A text past the page's limit, so that it needs "Read more". */
export const endless = Array.from({ length: 90 }, (_, n) => `Paragraph ${n + 1}: the quick notes of a long afternoon.`).join('\n')

/** Texts with every mark: nested, in lists, quoted passages, code in a line and over several. */
export const formatted = [
  '*bold _and quiet_ inside* end',
  '_*both*_ ~gone~ `one * two`',
  'Bring:\n- bread\n- *two* apples\n- milk 🥛\nand come early',
  '> We meet at nine.\n> At the gate.\nI shall be late',
  '```sudo make tea```',
  'Run this:\n```first line\n  second *line*```\nand tell me',
  '1. *one*\n2. _two_\n3. three',
  '2 * 3 * 4 = 24, a_b_c and ~5 euros',
]
