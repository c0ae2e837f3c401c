/** Labels of languages seen in saved pages: English, Portuguese, Spanish, Indonesian, Russian; and Italian from notes (reference §7, §3.4, §4.7, §5). */
import type { LocaleTable } from './table.ts'

export const en: LocaleTable = {
  language: 'en',
  words: {
    page: {
      you: ['You'], pending: ['Pending'], sent: ['Sent'], delivered: ['Delivered'], read: ['Read'], played: ['Played'],
      today: ['Today'], yesterday: ['Yesterday'], draft: ['Draft'], typing: ['typing…', 'typing...'], maybe: ['Maybe'], quoted: ['Quoted message'],
      unread: ['unread message', 'unread messages'], markedUnread: ['Unread'], youReacted: ['You reacted'],
      edited: ['Edited'], forwarded: ['Forwarded'], forwardedMany: ['Forwarded many times'],
      deleted: ['This message was deleted'], deletedByYou: ['You deleted this message', 'You deleted this message as admin'],
      deletedByAdmin: ['This message was deleted by an admin', 'This message was deleted by admin', 'You deleted this message as admin'],
      waiting: ['Waiting for this message. This may take a while.', 'Waiting for this message'],
      muted: ['Muted chat'], pinned: ['Pinned chat'], archived: ['Archived'], readMore: ['Read more'], openImage: ['Open picture'],
      voice: ['Voice message'], playVoice: ['Play voice message'],
      voiceCall: ['Voice call', 'Missed voice call'], videoCall: ['Video call', 'Missed video call'], sticker: ['Sticker'], download: ['Download'],
      poll: ['Poll from'], location: ['Location', 'Live location'], contact: ['Contact', 'contacts'],
      system: [
        'end-to-end encrypted', 'Your security code with', 'created group', 'joined using', 'joined via an invite link', 'changed the group name', 'changed the group icon',
        'changed the group description', 'changed this group', 'changed to', "You're now an admin", 'disappearing messages', 'pinned a message', 'official account of WhatsApp',
      ],
    },
  },
}

export const pt: LocaleTable = {
  language: 'pt',
  words: {
    page: {
      you: ['Você'], pending: ['Pendente'], sent: ['Enviada'], delivered: ['Entregue'], read: ['Lida'], today: ['Hoje'], yesterday: ['Ontem'],
      maybe: ['Talvez'], quoted: ['Mensagem citada'], unread: ['mensagem não lida', 'mensagens não lidas'], markedUnread: ['Não lidas'],
      muted: ['Conversa silenciada'], openImage: ['Abrir imagem'], voice: ['Mensagem de voz'], playVoice: ['Reproduzir mensagem de voz'],
      sticker: ['Figurinha'], download: ['Baixar'],
    },
    unverified: {
      played: ['Reproduzida'], draft: ['Rascunho'], typing: ['digitando…', 'digitando...'], youReacted: ['Você reagiu'], edited: ['Editada', 'Editado'],
      forwarded: ['Encaminhada', 'Encaminhado'], forwardedMany: ['Encaminhada muitas vezes', 'Encaminhada com frequência'],
      deleted: ['Mensagem apagada', 'Essa mensagem foi apagada', 'Esta mensagem foi apagada'],
      deletedByYou: ['Você apagou essa mensagem', 'Você apagou esta mensagem'], deletedByAdmin: ['Mensagem apagada pelo admin', 'Essa mensagem foi apagada pelo admin'],
      waiting: ['Aguardando mensagem. Essa ação pode levar alguns instantes.', 'Aguardando mensagem'], pinned: ['Conversa fixada'], archived: ['Arquivadas'],
      readMore: ['Ler mais', 'Leia mais'], voiceCall: ['Ligação de voz', 'Ligação de voz perdida', 'Chamada de voz', 'Chamada de voz perdida'],
      videoCall: ['Ligação de vídeo', 'Ligação de vídeo perdida', 'Chamada de vídeo', 'Chamada de vídeo perdida'],
      poll: ['Enquete de'], location: ['Localização', 'Localização em tempo real'], contact: ['Contato', 'contatos'], you: ['Tu'], sent: ['Enviado'], read: ['Lido'],
      system: ['criptografia de ponta a ponta', 'criptografadas de ponta a ponta', 'criou o grupo', 'mensagens temporárias', 'código de segurança'],
    },
  },
}

export const es: LocaleTable = {
  language: 'es',
  words: {
    page: {
      you: ['Tú'], delivered: ['Entregado'], read: ['Leído'], today: ['Hoy'], yesterday: ['Ayer'], draft: ['Borrador'], maybe: ['Quizá'],
      unread: ['mensaje no leído', 'mensajes no leídos'], markedUnread: ['No leídos'], muted: ['Chat silenciado'], archived: ['Archivados'],
      openImage: ['Abrir foto'], voice: ['Mensaje de voz'], playVoice: ['Reproducir mensaje de voz'], download: ['Descargar'],
    },
    note: { typing: ['está escribiendo…', 'escribiendo…'], deleted: ['Se eliminó este mensaje'] },
    unverified: {
      sent: ['Enviado'], pending: ['Pendiente'], played: ['Reproducido'], quoted: ['Mensaje citado'], youReacted: ['Reaccionaste'], edited: ['Editado'],
      forwarded: ['Reenviado'], forwardedMany: ['Reenviado muchas veces'], deletedByYou: ['Eliminaste este mensaje'],
      waiting: ['Esperando este mensaje. Esto puede tardar un poco.', 'Esperando este mensaje', 'Esperando el mensaje'], maybe: ['Quizás', 'Tal vez'],
      readMore: ['Leer más'], voiceCall: ['Llamada de voz', 'Llamada de voz perdida'], videoCall: ['Videollamada', 'Videollamada perdida'],
      poll: ['Encuesta de'], location: ['Ubicación'], contact: ['Contacto', 'contactos'], pinned: ['Chat fijado'],
      system: ['cifrados de extremo a extremo', 'creó el grupo', 'mensajes temporales', 'código de seguridad'],
    },
  },
}

export const id: LocaleTable = {
  language: 'id',
  words: {
    page: {
      you: ['Anda'], pending: ['Tertunda'], sent: ['Terkirim'], delivered: ['Disampaikan'], read: ['Dibaca'], today: ['Hari Ini'], yesterday: ['Kemarin'],
      maybe: ['Mungkin'], quoted: ['Pesan yang dikutip'], unread: ['pesan belum dibaca'], markedUnread: ['Belum dibaca'],
      muted: ['Chat dibisukan'], archived: ['Diarsipkan'], openImage: ['Buka gambar'],
    },
    unverified: {
      draft: ['Draf'], typing: ['mengetik…'], edited: ['Diedit'], forwarded: ['Diteruskan'], forwardedMany: ['Diteruskan berkali-kali'],
      deleted: ['Pesan ini telah dihapus'], deletedByYou: ['Anda menghapus pesan ini'], waiting: ['Menunggu pesan ini. Ini akan memakan waktu.', 'Menunggu pesan ini'],
      readMore: ['Baca selengkapnya'], download: ['Unduh'], system: ['terenkripsi secara end-to-end', 'membuat grup'],
    },
  },
}

export const ru: LocaleTable = {
  language: 'ru',
  words: {
    page: {
      you: ['Вы'], read: ['Прочитано'], today: ['Сегодня'], yesterday: ['Вчера'], maybe: ['Возможно,', 'Возможно'],
      unread: ['непрочитанное сообщение', 'непрочитанных сообщения', 'непрочитанных сообщений'], muted: ['Беззвучный режим'], openImage: ['Открыть изображение'], readMore: ['Далее'],
    },
    unverified: {
      sent: ['Отправлено'], delivered: ['Доставлено'], pending: ['Ожидание'], played: ['Прослушано'], draft: ['Черновик'], typing: ['печатает…'], quoted: ['Цитируемое сообщение'],
      edited: ['Изменено'], forwarded: ['Пересланное сообщение', 'Переслано'], deleted: ['Данное сообщение удалено', 'Сообщение удалено'], deletedByYou: ['Вы удалили данное сообщение', 'Вы удалили это сообщение'],
      waiting: ['Ожидание сообщения'], system: ['сквозным шифрованием', 'создал(-а) группу', 'исчезающие сообщения'],
    },
  },
}

export const it: LocaleTable = {
  language: 'it',
  words: {
    note: { you: ['Tu'], delivered: ['Consegnato'], read: ['Letto'], pending: ['In attesa'], today: ['Oggi'], yesterday: ['Ieri'], unread: ['messaggio non letto', 'messaggi non letti'] },
    unverified: {
      sent: ['Inviato'], played: ['Riprodotto'], draft: ['Bozza'], typing: ['sta scrivendo…'], edited: ['Modificato'], forwarded: ['Inoltrato'], forwardedMany: ['Inoltrato molte volte'],
      deleted: ['Questo messaggio è stato eliminato'], deletedByYou: ['Hai eliminato questo messaggio'], waiting: ['In attesa del messaggio'], maybe: ['Forse'],
    },
  },
}
