/**
 * Screens that tell the account is banned, suspended or restricted. WhatsApp Web has states for that (TEMP_BAN, PROXYBLOCK, TOS_BLOCK), but no
 * save of such a page is known: what is looked for are the words of the phone's own screens ("This account is not allowed to use WhatsApp",
 * "Your account is restricted right now", "… is banned from using WhatsApp") and ordinary wording in other languages. A guess, as data: a
 * screen that is not recognised ends as a page that is not understood, which stores nothing either.
 */
import { fold } from './fold.ts'

/** By language: what is meant, and what became of it. One of each has to stand in the text. Stems, in the spelling of `fold`. */
const words: Record<string, [of: string[], done: string[]]> = {
  en: [
    ['account', 'phone number', 'your number'],
    ['banned', 'suspended', 'not allowed to use', 'no longer use whatsapp', 'is restricted', 'temporarily restricted', 'blocked'],
  ],
  pt: [
    ['conta', 'numero'],
    ['banid', 'suspens', 'bloquead', 'restrit', 'restringid', 'nao pode usar', 'nao tem permissao'],
  ],
  es: [
    ['cuenta', 'numero'],
    ['suspendid', 'bloquead', 'vetad', 'restringid', 'no puede usar', 'no tiene permi'],
  ],
  it: [
    ['account', 'numero'],
    ['bloccat', 'sospes', 'bannat', 'limitat', 'non puo usare'],
  ],
  fr: [
    ['compte', 'numero'],
    ['banni', 'suspendu', 'bloque', 'restreint', 'pas autorise'],
  ],
  de: [
    ['account', 'konto', 'nummer'],
    ['gesperrt', 'eingeschrankt', 'blockiert', 'nicht berechtigt'],
  ],
  nl: [
    ['account', 'nummer'],
    ['geblokkeerd', 'verbannen', 'geschorst', 'beperkt'],
  ],
  id: [
    ['akun', 'nomor'],
    ['diblokir', 'ditangguhkan', 'dibatasi', 'tidak diizinkan'],
  ],
  ru: [
    ['аккаунт', 'учетн', 'номер'],
    ['заблокирован', 'приостановлен', 'ограничен'],
  ],
  tr: [
    ['hesab', 'numara'],
    ['yasaklan', 'engellen', 'kisitlan', 'askiya alin'],
  ],
  ar: [
    ['حساب', 'رقم'],
    ['محظور', 'حظر', 'موقوف', 'مقيد', 'غير مسموح'],
  ],
  fa: [
    ['حساب', 'شماره'],
    ['مسدود', 'محدود', 'مجاز نیست'],
  ],
  he: [
    ['חשבון', 'מספר'],
    ['חסום', 'נחסם', 'הושעה', 'הוגבל'],
  ],
  hi: [
    ['खाता', 'खाते', 'अकाउंट', 'नंबर'],
    ['प्रतिबंध', 'बैन', 'निलंबित', 'ब्लॉक'],
  ],
  ja: [
    ['アカウント', '番号'],
    ['停止', '禁止', '制限', '利用できません'],
  ],
  ko: [
    ['계정', '번호'],
    ['차단', '정지', '제한'],
  ],
  zh: [
    ['账号', '帐号', '账户', '帐户', '帳號', '帳戶', '号码', '號碼'],
    ['封禁', '封号', '停用', '受限', '限制', '禁止', '无法使用', '無法使用'],
  ],
}
const spelled = Object.values(words).map(lists => lists.map(list => list.map(fold)))

/** A screen says little; what fills its five hundred characters is a page full of other things. */
const longest = 499

/** Whether the text of a page without chats says that the account is blocked. `notice` has at most 500 characters. */
export function saysBlocked(notice: string): boolean {
  if (notice.length > longest) return false
  const text = fold(notice)
  return spelled.some(lists => lists.every(list => list.some(word => text.includes(word))))
}
