/** Labels in Russian: from saved pages (reference §7, §3.4, §4.7, §5); `unverified` ones are general knowledge of the language. */
import type { LocaleTable } from './table.ts'

export const ru: LocaleTable = {
  language: 'ru',
  words: {
    page: {
      you: ['Вы'],
      read: ['Прочитано'],
      today: ['Сегодня'],
      yesterday: ['Вчера'],
      maybe: ['Возможно,', 'Возможно'],
      unread: ['непрочитанное сообщение', 'непрочитанных сообщения', 'непрочитанных сообщений'],
      muted: ['Беззвучный режим'],
      openImage: ['Открыть изображение'],
      readMore: ['Далее'],
    },
    unverified: {
      sent: ['Отправлено'],
      delivered: ['Доставлено'],
      pending: ['Ожидание'],
      played: ['Прослушано'],
      draft: ['Черновик'],
      typing: ['печатает…'],
      quoted: ['Цитируемое сообщение'],
      edited: ['Изменено'],
      forwarded: ['Пересланное сообщение', 'Переслано'],
      deleted: ['Данное сообщение удалено', 'Сообщение удалено'],
      deletedByYou: ['Вы удалили данное сообщение', 'Вы удалили это сообщение'],
      waiting: ['Ожидание сообщения', 'Ожидание этого сообщения', 'Ожидаем это сообщение'],
      system: ['сквозным шифрованием', 'создал(-а) группу', 'исчезающие сообщения'],
      deletedByAdmin: ['Данное сообщение удалено админом'],
      voiceCall: ['Аудиозвонок'],
      videoCall: ['Видеозвонок'],
      missedCall: ['Пропущенный аудиозвонок', 'Пропущенный видеозвонок'],
      liveLocation: ['Геолокация в реальном времени'],
    },
  },
}
