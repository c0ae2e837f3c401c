/**
 * Labels of languages of which no page was seen. Hebrew and Chinese in part from notes (reference §7); everything else is general knowledge of the
 * language, marked `unverified`. Today, Yesterday and weekdays of all of them come from `Intl`.
 */
import type { LocaleTable } from './table.ts'

export const he: LocaleTable = {
  language: 'he',
  words: {
    note: { you: ['את/ה'], today: ['היום'], yesterday: ['אתמול'] },
    unverified: {
      sent: ['נשלחה', 'נשלח'],
      delivered: ['נמסרה', 'נמסר'],
      read: ['נקראה', 'נקרא'],
      pending: ['בהמתנה'],
      draft: ['טיוטה'],
      edited: ['נערכה'],
      forwarded: ['הועברה'],
      deleted: ['הודעה זו נמחקה'],
    },
  },
}

export const zh: LocaleTable = {
  language: 'zh',
  words: {
    note: { today: ['今天'], yesterday: ['昨天'] },
    unverified: {
      you: ['你', '您'],
      sent: ['已发送', '已傳送'],
      delivered: ['已送达', '已送達'],
      read: ['已读', '已讀'],
      pending: ['等待中', '待处理'],
      draft: ['草稿'],
      edited: ['已编辑', '已編輯'],
      forwarded: ['已转发', '已轉傳', '已轉寄'],
      deleted: ['此消息已删除', '此訊息已刪除', '這則訊息已刪除'],
      deletedByYou: ['你已删除此消息', '您已删除此消息', '你已刪除這則訊息'],
    },
  },
}

export const de: LocaleTable = {
  language: 'de',
  words: {
    unverified: {
      you: ['Du'],
      sent: ['Gesendet'],
      delivered: ['Zugestellt'],
      read: ['Gelesen'],
      pending: ['Ausstehend'],
      played: ['Abgespielt'],
      draft: ['Entwurf'],
      edited: ['Bearbeitet'],
      forwarded: ['Weitergeleitet'],
      forwardedMany: ['Häufig weitergeleitet'],
      deleted: ['Diese Nachricht wurde gelöscht'],
      deletedByYou: ['Du hast diese Nachricht gelöscht'],
      waiting: ['Warte auf diese Nachricht'],
    },
  },
}

export const fr: LocaleTable = {
  language: 'fr',
  words: {
    unverified: {
      you: ['Vous'],
      sent: ['Envoyé'],
      delivered: ['Distribué', 'Remis'],
      read: ['Lu'],
      pending: ['En attente'],
      played: ['Lu (audio)'],
      draft: ['Brouillon'],
      edited: ['Modifié'],
      forwarded: ['Transféré'],
      forwardedMany: ['Transféré de nombreuses fois'],
      deleted: ['Ce message a été supprimé'],
      deletedByYou: ['Vous avez supprimé ce message'],
      waiting: ['En attente de ce message'],
    },
  },
}

export const ar: LocaleTable = {
  language: 'ar',
  words: {
    unverified: {
      you: ['أنت', 'أنتَ'],
      sent: ['تم الإرسال', 'أُرسلت'],
      delivered: ['تم التسليم', 'تم التوصيل'],
      read: ['تمت القراءة', 'مقروءة'],
      pending: ['قيد الانتظار', 'معلّقة'],
      draft: ['مسودة'],
      edited: ['تم التعديل', 'معدّلة'],
      forwarded: ['محوّلة', 'تمت إعادة توجيهها'],
      deleted: ['تم حذف هذه الرسالة'],
    },
  },
}

export const hi: LocaleTable = {
  language: 'hi',
  words: {
    unverified: {
      you: ['आप'],
      sent: ['भेज दिया गया', 'भेजा गया'],
      delivered: ['डिलीवर किया गया', 'डिलीवर हो गया'],
      read: ['पढ़ लिया गया', 'पढ़ा गया'],
      pending: ['पेंडिंग', 'लंबित'],
      draft: ['ड्राफ़्ट'],
      edited: ['एडिट किया गया', 'बदलाव किया गया'],
      forwarded: ['फ़ॉरवर्ड किया गया'],
      deleted: ['यह मैसेज मिटा दिया गया', 'यह मैसेज डिलीट कर दिया गया'],
    },
  },
}

export const tr: LocaleTable = {
  language: 'tr',
  words: {
    unverified: {
      you: ['Siz', 'Sen'],
      sent: ['Gönderildi'],
      delivered: ['İletildi', 'Teslim edildi'],
      read: ['Okundu'],
      pending: ['Bekliyor', 'Beklemede'],
      played: ['Oynatıldı'],
      draft: ['Taslak'],
      edited: ['Düzenlendi'],
      forwarded: ['Yönlendirildi'],
      deleted: ['Bu mesaj silindi'],
      deletedByYou: ['Bu mesajı sildiniz'],
    },
  },
}

export const ja: LocaleTable = {
  language: 'ja',
  words: {
    unverified: {
      you: ['あなた', '自分'],
      sent: ['送信済み'],
      delivered: ['配信済み', '配達済み'],
      read: ['既読'],
      pending: ['保留中', '送信待ち'],
      draft: ['下書き'],
      edited: ['編集済み'],
      forwarded: ['転送済み', '転送'],
      deleted: ['このメッセージは削除されました'],
      deletedByYou: ['このメッセージを削除しました'],
    },
  },
}

export const ko: LocaleTable = {
  language: 'ko',
  words: {
    unverified: {
      you: ['나', '회원님'],
      sent: ['보냄', '전송됨'],
      delivered: ['전달됨'],
      read: ['읽음'],
      pending: ['대기 중'],
      draft: ['임시 저장'],
      edited: ['수정됨'],
    },
  },
}

export const nl: LocaleTable = {
  language: 'nl',
  words: {
    unverified: {
      you: ['Jij', 'U', 'Je'],
      sent: ['Verzonden'],
      delivered: ['Afgeleverd', 'Bezorgd'],
      read: ['Gelezen'],
      pending: ['In behandeling'],
      draft: ['Concept'],
      edited: ['Bewerkt'],
      forwarded: ['Doorgestuurd'],
      deleted: ['Dit bericht is verwijderd'],
    },
  },
}
