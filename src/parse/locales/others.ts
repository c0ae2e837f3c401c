/**
 * Labels of languages of which no page was seen. `note`: field notes (reference §7), and words that several public projects quote from WhatsApp;
 * everything else is general knowledge of the language, marked `unverified`. Today, Yesterday and weekdays of all of them come from `Intl`.
 */
import type { LocaleTable } from './table.ts'

export const he: LocaleTable = {
  language: 'he',
  words: {
    note: {
      you: ['את/ה'],
      today: ['היום'],
      yesterday: ['אתמול'],
      waiting: ['ממתין להודעה זו'],
      deleted: ['הודעה זו נמחקה'],
      deletedByYou: ['מחקת הודעה זו'],
    },
    unverified: {
      sent: ['נשלחה', 'נשלח'],
      delivered: ['נמסרה', 'נמסר'],
      read: ['נקראה', 'נקרא'],
      pending: ['בהמתנה'],
      draft: ['טיוטה'],
      edited: ['נערכה'],
      forwarded: ['הועברה'],
      waiting: ['בהמתנה להודעה זו', 'מחכה להודעה זו'],
      deletedByAdmin: ['הודעה זו נמחקה על ידי מנהל'],
      voiceCall: ['שיחה קולית'],
      videoCall: ['שיחת וידאו'],
      missedCall: ['שיחה קולית שלא נענתה', 'שיחת וידאו שלא נענתה'],
      liveLocation: ['מיקום בזמן אמת'],
    },
  },
}

export const zh: LocaleTable = {
  language: 'zh',
  words: {
    note: {
      today: ['今天'],
      yesterday: ['昨天'],
      waiting: ['正在等待此消息'],
      deleted: ['此消息已删除'],
      deletedByYou: ['您删除了此消息'],
    },
    unverified: {
      you: ['你', '您'],
      sent: ['已发送', '已傳送'],
      delivered: ['已送达', '已送達'],
      read: ['已读', '已讀'],
      pending: ['等待中', '待处理'],
      draft: ['草稿'],
      edited: ['已编辑', '已編輯'],
      forwarded: ['已转发', '已轉傳', '已轉寄'],
      deleted: ['此訊息已刪除', '這則訊息已刪除'],
      deletedByYou: ['你已删除此消息', '您已删除此消息', '你已刪除這則訊息'],
      waiting: ['等待此消息', '正在等候此訊息', '正在等待此訊息'],
      deletedByAdmin: ['此消息已被管理员删除', '管理员已删除此消息'],
      voiceCall: ['语音通话', '語音通話'],
      videoCall: ['视频通话', '視訊通話'],
      missedCall: ['未接语音通话', '未接视频通话', '未接語音通話', '未接視訊通話'],
      liveLocation: ['实时位置', '即時位置'],
    },
  },
}

export const de: LocaleTable = {
  language: 'de',
  words: {
    note: { waiting: ['Warte auf diese Nachricht'], deleted: ['Diese Nachricht wurde gelöscht'] },
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
      deletedByYou: ['Du hast diese Nachricht gelöscht'],
      waiting: ['Warten auf diese Nachricht'],
      deletedByAdmin: ['Diese Nachricht wurde von einem Admin gelöscht'],
      voiceCall: ['Sprachanruf'],
      videoCall: ['Videoanruf'],
      missedCall: ['Verpasster Sprachanruf', 'Verpasster Videoanruf'],
      liveLocation: ['Live-Standort'],
    },
  },
}

export const fr: LocaleTable = {
  language: 'fr',
  words: {
    note: { waiting: ['En attente de ce message'], deleted: ['Ce message a été supprimé'] },
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
      deletedByYou: ['Vous avez supprimé ce message'],
      deletedByAdmin: ['Ce message a été supprimé par un admin'],
      voiceCall: ['Appel vocal'],
      videoCall: ['Appel vidéo'],
      missedCall: ['Appel vocal manqué', 'Appel vidéo manqué'],
      liveLocation: ['Localisation en direct'],
    },
  },
}

export const ar: LocaleTable = {
  language: 'ar',
  words: {
    note: { waiting: ['في انتظار هذه الرسالة'], deleted: ['تم حذف هذه الرسالة'] },
    unverified: {
      you: ['أنت', 'أنتَ'],
      sent: ['تم الإرسال', 'أُرسلت'],
      delivered: ['تم التسليم', 'تم التوصيل'],
      read: ['تمت القراءة', 'مقروءة'],
      pending: ['قيد الانتظار', 'معلّقة'],
      draft: ['مسودة'],
      edited: ['تم التعديل', 'معدّلة'],
      forwarded: ['محوّلة', 'تمت إعادة توجيهها'],
      deletedByAdmin: ['تم حذف هذه الرسالة من قبل مشرف', 'تم حذف هذه الرسالة من قِبل مشرف'],
      voiceCall: ['مكالمة صوتية'],
      videoCall: ['مكالمة فيديو'],
      missedCall: ['مكالمة صوتية فائتة', 'مكالمة فيديو فائتة'],
      liveLocation: ['الموقع المباشر'],
    },
  },
}

export const hi: LocaleTable = {
  language: 'hi',
  words: {
    note: { deleted: ['यह मैसेज डिलीट कर दिया गया'], deletedByYou: ['आपने यह मैसेज डिलीट कर दिया'] },
    unverified: {
      you: ['आप'],
      sent: ['भेज दिया गया', 'भेजा गया'],
      delivered: ['डिलीवर किया गया', 'डिलीवर हो गया'],
      read: ['पढ़ लिया गया', 'पढ़ा गया'],
      pending: ['पेंडिंग', 'लंबित'],
      draft: ['ड्राफ़्ट'],
      edited: ['एडिट किया गया', 'बदलाव किया गया'],
      forwarded: ['फ़ॉरवर्ड किया गया'],
      deleted: ['यह मैसेज मिटा दिया गया', 'यह मैसेज मिटाया गया'],
      waiting: ['इस मैसेज का इंतज़ार', 'मैसेज का इंतज़ार', 'इस मैसेज का इंतज़ार है'],
      deletedByYou: ['आपने यह मैसेज डिलीट किया'],
      voiceCall: ['वॉइस कॉल'],
      videoCall: ['वीडियो कॉल'],
      missedCall: ['मिस्ड वॉइस कॉल', 'मिस्ड वीडियो कॉल'],
      liveLocation: ['लाइव लोकेशन'],
    },
  },
}

export const tr: LocaleTable = {
  language: 'tr',
  words: {
    note: { waiting: ['Bu mesaj bekleniyor'] },
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
      waiting: ['Mesaj bekleniyor'],
      deletedByAdmin: ['Bu mesaj bir yönetici tarafından silindi'],
      voiceCall: ['Sesli arama'],
      videoCall: ['Görüntülü arama'],
      missedCall: ['Cevapsız sesli arama', 'Cevapsız görüntülü arama'],
      liveLocation: ['Canlı konum'],
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
      waiting: ['このメッセージを待っています', 'メッセージを待っています', 'メッセージを待機中'],
      voiceCall: ['音声通話'],
      videoCall: ['ビデオ通話'],
      missedCall: ['音声通話の不在着信', 'ビデオ通話の不在着信', '不在着信（音声通話）', '不在着信（ビデオ通話）'],
      liveLocation: ['ライブ位置情報'],
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
      waiting: ['메시지를 기다리는 중'],
      deleted: ['삭제된 메시지입니다'],
      voiceCall: ['음성 통화'],
      videoCall: ['영상 통화'],
      missedCall: ['부재중 음성 통화', '부재중 영상 통화'],
      liveLocation: ['실시간 위치'],
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
      waiting: ['Wachten op dit bericht'],
      deletedByYou: ['Je hebt dit bericht verwijderd'],
      voiceCall: ['Spraakoproep'],
      videoCall: ['Video-oproep'],
      missedCall: ['Gemiste spraakoproep', 'Gemiste video-oproep'],
      liveLocation: ['Livelocatie'],
    },
  },
}
