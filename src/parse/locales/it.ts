/** Labels in Italian: from notes (reference §7, §3.4, §4.7, §5); `unverified` ones are general knowledge of the language. */
import type { LocaleTable } from './table.ts'

export const it: LocaleTable = {
  language: 'it',
  words: {
    note: {
      you: ['Tu'],
      delivered: ['Consegnato'],
      read: ['Letto'],
      pending: ['In attesa'],
      today: ['Oggi'],
      yesterday: ['Ieri'],
      unread: ['messaggio non letto', 'messaggi non letti'],
      waiting: ['In attesa del messaggio'],
    },
    unverified: {
      sent: ['Inviato'],
      played: ['Riprodotto'],
      draft: ['Bozza'],
      typing: ['sta scrivendo…'],
      edited: ['Modificato'],
      forwarded: ['Inoltrato'],
      forwardedMany: ['Inoltrato molte volte'],
      deleted: ['Questo messaggio è stato eliminato'],
      deletedByYou: ['Hai eliminato questo messaggio'],
      maybe: ['Forse'],
      waiting: ['In attesa di questo messaggio'],
      deletedByAdmin: ['Questo messaggio è stato eliminato da un amministratore', "Questo messaggio è stato eliminato dall'amministratore"],
      voiceCall: ['Chiamata vocale'],
      videoCall: ['Videochiamata'],
      missedCall: ['Chiamata vocale persa', 'Videochiamata persa'],
      liveLocation: ['Posizione in tempo reale'],
    },
  },
}
