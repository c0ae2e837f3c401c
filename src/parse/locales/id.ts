/** Labels in Indonesian: from saved pages (reference §7, §3.4, §4.7, §5); `unverified` ones are general knowledge of the language. */
import type { LocaleTable } from './table.ts'

export const id: LocaleTable = {
  language: 'id',
  words: {
    page: {
      you: ['Anda'],
      pending: ['Tertunda'],
      sent: ['Terkirim'],
      delivered: ['Disampaikan'],
      read: ['Dibaca'],
      today: ['Hari Ini'],
      yesterday: ['Kemarin'],
      maybe: ['Mungkin'],
      quoted: ['Pesan yang dikutip'],
      unread: ['pesan belum dibaca'],
      markedUnread: ['Belum dibaca'],
      muted: ['Chat dibisukan'],
      archived: ['Diarsipkan'],
      openImage: ['Buka gambar'],
    },
    unverified: {
      draft: ['Draf'],
      typing: ['mengetik…'],
      edited: ['Diedit'],
      forwarded: ['Diteruskan'],
      forwardedMany: ['Diteruskan berkali-kali'],
      deleted: ['Pesan ini telah dihapus'],
      deletedByYou: ['Anda menghapus pesan ini'],
      waiting: ['Menunggu pesan ini. Ini akan memakan waktu.', 'Menunggu pesan ini'],
      readMore: ['Baca selengkapnya'],
      download: ['Unduh'],
      system: ['terenkripsi secara end-to-end', 'membuat grup'],
    },
  },
}
