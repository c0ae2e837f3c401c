/** The interface's words by language. Another language is another entry; formats come from Intl. */

export interface Words {
  lang: string
  intl: string
  you: string
  today: string
  yesterday: string
  status: Record<'pending' | 'sent' | 'delivered' | 'read' | 'played', string>
  quoted: string
  openPicture: string
  playVoice: string
  voice: string
  speed: string
  playGif: string
  forwardMedia: string
  forwarded: string
  forwardedMany: string
  edited: string
  readMore: string
  download: string
  deletedByMe: string
  deletedByThem: string
  deletedByAdmin: string
  waiting: string
  maybe: string
  openChatDetails: string
  profile: string
  search: string
  searchBox: string
  menu: string
  archived: string
  back: string
  chatList: string
  unreadOne: string
  unreadMany: string
  markedUnread: string
  muted: string
  pinned: string
  draft: string
  photo: string
  video: string
  voicePreview: string
  voiceCall: string
  missedCall: string
  callHint: string
  sticker: string
  self: string
  selfSubtitle: string
  groupHint: string
  loadEarlier: string
  olderButton: string
  olderText: string
  typeTo: string
  scrollToBottom: string
  reactionOne: string
  reactionMany: string
  pollFrom: string
  viewVotes: string
  messageButton: string
  otherWindow: string
  useHere: string
  close: string
  newsTitle: string
  newsText: string
  newsButton: string
  filters: [string, string, string, string]
  page: string
  pages: string
  e2e: string
  pressReload: string
}

const en: Words = {
  lang: 'en',
  intl: 'en-US',
  you: 'You',
  today: 'Today',
  yesterday: 'Yesterday',
  status: { pending: 'Pending', sent: 'Sent', delivered: 'Delivered', read: 'Read', played: 'Played' },
  quoted: 'Quoted message',
  openPicture: 'Open picture',
  playVoice: 'Play voice message',
  voice: 'Voice message',
  speed: 'Change playback speed',
  playGif: 'Play GIF',
  forwardMedia: 'Forward media',
  forwarded: 'Forwarded',
  forwardedMany: 'Forwarded many times',
  edited: 'Edited',
  readMore: 'Read more',
  download: 'Download',
  deletedByMe: 'You deleted this message',
  deletedByThem: 'This message was deleted',
  deletedByAdmin: 'This message was deleted by an admin',
  waiting: 'Waiting for this message. This may take a while.',
  maybe: 'Maybe {}',
  openChatDetails: 'Open chat details for {}',
  profile: 'Profile details',
  search: 'Search',
  searchBox: 'Search or start a new chat',
  menu: 'Menu',
  archived: 'Archived',
  back: 'Back',
  chatList: 'Chat list',
  unreadOne: '{} unread message',
  unreadMany: '{} unread messages',
  markedUnread: 'Unread',
  muted: 'Muted chat',
  pinned: 'Pinned chat',
  draft: 'Draft',
  photo: 'Photo',
  video: 'Video',
  voicePreview: 'Voice message',
  voiceCall: 'Voice call',
  missedCall: 'Missed voice call',
  callHint: 'Return calls on your phone',
  sticker: 'Sticker with no label',
  self: '(You)',
  selfSubtitle: 'Message yourself',
  groupHint: 'click here for group info',
  loadEarlier: 'Load earlier messages…',
  olderButton: 'Click here to get older messages from your phone.',
  olderText: 'Use WhatsApp on your phone to see older messages from before {}.',
  typeTo: 'Type to {}',
  scrollToBottom: 'Scroll to bottom',
  reactionOne: 'reaction {}. View reactions',
  reactionMany: 'Reactions {} {n} in total. View reactions',
  pollFrom: 'Poll from',
  viewVotes: 'View votes',
  messageButton: 'Message',
  otherWindow: 'WhatsApp is open in another window. Click “Use here” to use WhatsApp in this window.',
  useHere: 'Use here',
  close: 'Close',
  newsTitle: "What's new on WhatsApp Web",
  newsText: 'A few things look different from today on.',
  newsButton: 'Continue',
  filters: ['All', 'Unread', 'Favorites', 'Groups'],
  page: 'page',
  pages: 'pages',
  e2e: 'Messages and calls are end-to-end encrypted. Only people in this chat can read, listen to, or share them. Click to learn more',
  pressReload: 'Click to reload QR code',
}

const pt: Words = {
  lang: 'pt',
  intl: 'pt-BR',
  you: 'Você',
  today: 'Hoje',
  yesterday: 'Ontem',
  status: { pending: 'Pendente', sent: 'Enviada', delivered: 'Entregue', read: 'Lida', played: 'Reproduzida' },
  quoted: 'Mensagem citada',
  openPicture: 'Abrir imagem',
  playVoice: 'Reproduzir mensagem de voz',
  voice: 'Mensagem de voz',
  speed: 'Mudar velocidade de reprodução',
  playGif: 'Reproduzir GIF',
  forwardMedia: 'Encaminhar mídia',
  forwarded: 'Encaminhada',
  forwardedMany: 'Encaminhada com frequência',
  edited: 'Editada',
  readMore: 'Ler mais',
  download: 'Baixar',
  deletedByMe: 'Você apagou esta mensagem',
  deletedByThem: 'Esta mensagem foi apagada',
  deletedByAdmin: 'Esta mensagem foi apagada por um admin',
  waiting: 'Aguardando mensagem. Essa ação pode levar alguns instantes.',
  maybe: 'Talvez {}',
  openChatDetails: 'Abrir dados da conversa de {}',
  profile: 'Dados do perfil',
  search: 'Pesquisar',
  searchBox: 'Pesquisar ou começar uma nova conversa',
  menu: 'Mais opções',
  archived: 'Arquivadas',
  back: 'Voltar',
  chatList: 'Lista de conversas',
  unreadOne: '{} mensagem não lida',
  unreadMany: '{} mensagens não lidas',
  markedUnread: 'Não lidas',
  muted: 'Conversa silenciada',
  pinned: 'Conversa fixada',
  draft: 'Rascunho',
  photo: 'Foto',
  video: 'Vídeo',
  voicePreview: 'Mensagem de voz',
  voiceCall: 'Ligação de voz',
  missedCall: 'Ligação de voz perdida',
  callHint: 'Retorne ligações no seu celular',
  sticker: 'Figurinha sem etiqueta',
  self: '(você)',
  selfSubtitle: 'Mensagens para mim',
  groupHint: 'clique para mostrar os dados do grupo',
  loadEarlier: 'carregar mensagens anteriores…',
  olderButton: 'Clique aqui para obter mensagens antigas do seu celular.',
  olderText: 'Use o WhatsApp no seu celular para ver mensagens enviadas e recebidas antes de {}.',
  typeTo: 'Digitar na conversa com {}',
  scrollToBottom: 'Rolar para baixo',
  reactionOne: 'reação {}. Ver reações',
  reactionMany: 'Reações {} {n} no total. Ver reações',
  pollFrom: 'Enquete de',
  viewVotes: 'Mostrar votos',
  messageButton: 'Conversar',
  otherWindow: 'O WhatsApp está aberto em outra janela. Clique em “Usar aqui” para usar o WhatsApp nesta janela.',
  useHere: 'Usar aqui',
  close: 'Fechar',
  newsTitle: 'Novidades do WhatsApp Web',
  newsText: 'Algumas coisas mudaram de lugar.',
  newsButton: 'Continuar',
  filters: ['Tudo', 'Não lidas', 'Favoritas', 'Grupos'],
  page: 'página',
  pages: 'páginas',
  e2e: 'As mensagens e ligações são protegidas com a criptografia de ponta a ponta. Clique para saber mais',
  pressReload: 'Clique para recarregar o QR code',
}

/** Words of a locale (`en-US`, `en-GB`, `pt-BR`, or a browser language); English where the language is not in the table. */
export function wordsOf(locale: string): Words {
  if (locale.toLowerCase().startsWith('pt')) return pt
  return { ...en, intl: locale === 'en-US' || locale === 'en' ? 'en-US' : locale.startsWith('en-') ? locale : 'en-US' }
}

/** The template with its `{}` (and `{n}`) filled in. */
export function fill(template: string, value: string | number, n?: number): string {
  return template.replace('{n}', String(n ?? value)).replace('{}', String(value))
}
