/**
 * Words of the page that the read-only side may act on, compared after trimming and case folding. English from the reference (§2.4, §4.2, §7);
 * Archived in es and id, older messages in id and ru too; the rest is the ordinary wording of the language and not seen on a real page.
 */

/** Captions that close a notice without consequence, gentlest first: a dialog is closed by the first of these that it offers. */
export const closingCaptions: readonly string[] = [
  ...[
    'Not now',
    'Agora não',
    'Ahora no',
    'Lain kali',
    'Nanti saja',
    'Не сейчас',
    'Non ora',
    'Nicht jetzt',
    'Jetzt nicht',
    'Pas maintenant',
  ],
  ...['Plus tard', 'Şimdi değil', 'ليس الآن', 'לא עכשיו', 'अभी नहीं', '以后再说', '暂时不要', '後で', '今はしない'],
  ...['Dismiss', 'Close', 'Dispensar', 'Fechar', 'Descartar', 'Cerrar', 'Tutup', 'Закрыть', 'Chiudi', 'Schließen', 'Fermer', 'Kapat'],
  ...['إغلاق', 'סגירה', 'बंद करें', '关闭', '閉じる'],
  ...[
    'Got it',
    'OK',
    'Okay',
    'Done',
    'Entendi',
    'Concluído',
    'Entendido',
    'Listo',
    'Mengerti',
    'Oke',
    'Selesai',
    'Понятно',
    'ОК',
    'Готово',
  ],
  ...['Ho capito', 'Fine', 'Verstanden', 'Fertig', 'Compris', "J'ai compris", 'Terminé', 'Anladım', 'Tamam', 'Bitti', 'حسنًا', 'تم'],
  ...['הבנתי', 'אישור', 'סיום', 'ठीक है', 'हो गया', '知道了', '确定', '完成', '完了'],
  ...[
    'Continue',
    'Continuar',
    'Lanjutkan',
    'Продолжить',
    'Continua',
    'Weiter',
    'Continuer',
    'Devam',
    'متابعة',
    'המשך',
    'जारी रखें',
    '继续',
    '続ける',
  ],
]

/** Captions that may stand beside a closing one and are never pressed. Any other button makes the dialog unknown, and it is left alone. */
export const companionCaptions: readonly string[] = [
  ...['Learn more', 'Turn on', 'Turn on notifications', 'Turn on desktop notifications', 'Saiba mais', 'Ativar', 'Ativar notificações'],
  ...[
    'Más información',
    'Activar',
    'Activar notificaciones',
    'Pelajari selengkapnya',
    'Aktifkan',
    'Подробнее',
    'Включить',
    'Scopri di più',
  ],
  ...['Attiva', 'Mehr dazu', 'Mehr erfahren', 'Aktivieren', 'En savoir plus', 'Activer', 'Daha fazla bilgi', 'Aç', 'معرفة المزيد'],
]

/** The label of the row that leads to archived chats, for pages whose icon tells nothing. */
export const archivedCaptions: readonly string[] = [
  'Archived',
  'Archivados',
  'Diarsipkan',
  'Arquivadas',
  'Архив',
  'В архиве',
  'Archiviate',
  'Archiviert',
  'Archivées',
  'Arşivlenmiş',
  'المؤرشفة',
  'בארכיון',
  'संग्रहीत',
  '已归档',
  'アーカイブ済み',
]

/** The label of the button that leads back from a panel to the chat list. */
export const backCaptions: readonly string[] = [
  'Back',
  'Voltar',
  'Atrás',
  'Volver',
  'Kembali',
  'Назад',
  'Indietro',
  'Zurück',
  'Retour',
  'Geri',
  'رجوع',
  'הקודם',
  'वापस',
  '返回',
  '戻る',
]

/** The button that asks the phone for older messages, and the one that follows when that failed; where it does not stand just before the messages. */
export const olderCaptions: readonly string[] = [
  'Click here to get older messages from your phone.',
  "Couldn't get older messages. Open WhatsApp on your phone and click here to try again.",
  'Clique aqui para obter mensagens antigas do seu celular.',
  'Haz clic aquí para obtener mensajes anteriores de tu teléfono.',
  'Klik di sini untuk mendapatkan pesan yang lebih lama dari telepon Anda.',
  'Нажмите здесь, чтобы получить свои старые сообщения с телефона.',
  'Clicca qui per ricevere i messaggi meno recenti dal telefono.',
  'Klicke hier, um ältere Nachrichten von deinem Telefon abzurufen.',
  'Cliquez ici pour récupérer les anciens messages depuis votre téléphone.',
  'Telefonunuzdan eski mesajları almak için buraya tıklayın.',
  'انقر هنا للحصول على رسائل أقدم من هاتفك.',
  'יש ללחוץ כאן כדי לקבל הודעות ישנות יותר מהטלפון.',
  'अपने फ़ोन से पुराने मैसेज पाने के लिए यहाँ क्लिक करें।',
  '点击此处从手机获取更早的消息。',
  'ここをクリックして電話から古いメッセージを取得します。',
]
