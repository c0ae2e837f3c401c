/** The page before its program starts (reference 2.1, first row). */
import { wordsOf } from './app/locales.ts'
import type { Switches } from './app/switches.ts'

/** HTML of the start page: language and direction are set, the program is not there yet. */
export function shell(switches: Switches, acceptLanguage: string): string {
  const locale = switches.locale === 'auto' ? (acceptLanguage.split(/[,;]/)[0] ?? 'en') : switches.locale
  const { lang, dir } = wordsOf(locale)
  return `<!DOCTYPE html><html id="whatsapp-web" class="" lang="${lang}" dir="${switches.rtl ? 'rtl' : dir}"><head>
<meta charset="utf-8"><title>WhatsApp Web</title><link rel="icon" href="data:,"><style>${css}</style></head>
<body class="color-refresh"><div id="wa_web_initial_startup" class="_apdl"><div class="_apdr">WhatsApp</div>
<div class="_apdq"><progress value="0" max="100" dir="ltr"></progress></div>
<div class="_apds"><span>&nbsp;</span>End-to-end encrypted</div></div><div id="mount_0_0_s/"></div>
<div id="has-finished-comet-page" hidden="" style="display: none;"></div>
<script type="module" src="/app/boot.js"></script></body></html>`
}

/** Layout only: sizes and gaps are what a reader may measure (reference 4.6, 3.2). Class names stand for the page's own atoms. */
const css = `
html,body{height:100%;margin:0;font:14.2px/19px Helvetica,Arial,sans-serif;color:#111;background:#f7f5f3}
button{font:inherit}
.xs-app{position:fixed;inset:0}
.xs-two{display:flex;height:100%}
.xs-nav{width:60px;background:#eae6df;flex:none}
.xs-side{width:400px;flex:none;display:flex;flex-direction:column;border-right:1px solid #ddd;background:#fff;position:relative}
.xs-drawer{flex:1;min-height:0;display:flex;flex-direction:column}
.xs-pane{flex:1;overflow-y:auto;position:relative}
.xs-grid{position:relative}
.xs-row{position:absolute;left:0;right:0;top:0;overflow:hidden;background:#fff}
.xs-cell{display:flex;height:100%;align-items:center;gap:12px;padding:0 12px;box-sizing:border-box;cursor:pointer}
.xs-cell[aria-selected=true]{background:#eee}
.xs-grow{flex:1;min-width:0}
.xs-line{display:flex;justify-content:space-between;gap:8px;white-space:nowrap;overflow:hidden}
.xs-cut{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;min-width:0}
.xs-avatar{width:49px;height:49px;border-radius:50%;background:#ccd;flex:none;overflow:hidden}
.xs-main{flex:1;display:flex;flex-direction:column;min-width:0;position:relative;background:#f5f1eb}
.xs-head{display:flex;gap:12px;align-items:center;height:64px;padding:0 16px;background:#fff;flex:none}
.xs-body{flex:1;position:relative;min-height:0}
.xs-area{position:absolute;inset:0}
.xs-scroll{position:absolute;inset:0;overflow-y:auto;overflow-x:hidden;overflow-anchor:none;display:flex;flex-direction:column}
.xs-push{flex:1 1 12px}
.xs-banner{display:flex;justify-content:center;padding:6px}
.xs-sep{display:flex;justify-content:center;margin:8px 0}
.xs-sep>div{background:#fff;border-radius:8px;padding:4px 10px;font-size:12px}
.xs-msg{display:flex;flex-direction:column;margin-bottom:2px;padding-inline:62px 67px}
.xs-in{align-items:flex-start}.xs-out{align-items:flex-end}.xs-mid{align-items:center}
.xs-bubble{position:relative;max-width:65%;border-radius:8px;background:#fff;padding:6px 8px;box-sizing:border-box;min-width:90px}
.xs-out .xs-bubble{background:#d9fdd3}
.xs-text{white-space:pre-wrap;overflow-wrap:anywhere}
.xs-block{display:block}
.xs-space{display:inline-block;visibility:hidden;height:0;font-size:11px;padding:0 4px}
.xs-meta{font-size:11px;color:#667;text-align:right;line-height:15px}
.xs-tail{position:absolute;top:0;width:8px;height:13px}
.xs-thumb{position:relative;overflow:hidden;background:#ddd;cursor:pointer}
.xs-thumb img{position:absolute;inset:0;width:100%;height:100%}
.xs-thumb button{position:absolute;left:50%;top:50%;transform:translate(-50%,-50%);z-index:2}
.xs-album{display:grid;width:330px;gap:3px}
.xs-more{position:absolute;inset:0;display:flex;align-items:center;justify-content:center;background:#0006;color:#fff;font-size:24px;pointer-events:none}
.xs-quote{background:#0001;border-left:4px solid #06cf9c;padding:4px 8px;border-radius:6px;cursor:pointer;margin-bottom:4px}
.xs-said{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.xs-flex{display:flex;gap:8px;align-items:center}
.xs-emoji{width:19px;height:19px;vertical-align:middle;background:#fd5;border-radius:50%}
.xs-sticky{position:absolute;height:100%;left:20px;pointer-events:none}
.xs-sticky>div{position:sticky;top:4px;width:28px;height:28px;border-radius:50%;background:#bbc;pointer-events:auto}
.xs-run{position:relative}
.xs-float{position:absolute;top:8px;left:0;right:0;display:flex;justify-content:center;pointer-events:none;z-index:3}
.xs-float>div{background:#fff;border-radius:8px;padding:4px 10px;font-size:12px}
.xs-jump{position:absolute;right:16px;bottom:16px;z-index:4}
.xs-foot{height:52px;background:#fff;flex:none;display:flex;align-items:center;padding:0 20px}
.xs-foot>div{flex:1;background:#f5f1eb;border-radius:8px;min-height:24px;padding:8px}
.xs-cover{position:fixed;inset:0;background:#0008;display:flex;align-items:center;justify-content:center;z-index:100}
.xs-card{background:#fff;border-radius:12px;padding:24px;max-width:420px}
.xs-mid-page{position:fixed;inset:0;display:flex;flex-direction:column;gap:16px;align-items:center;justify-content:center}
.xs-react{margin-top:-6px}
svg{width:16px;height:16px}svg title{display:none}
`
