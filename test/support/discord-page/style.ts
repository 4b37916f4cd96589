/** Discord's desktop client in its dark theme, from memory. */
export const style = `
body { margin: 0; background: #313338; font: 16px/1.375 'gg sans', 'Noto Sans', 'DejaVu Sans', 'Liberation Sans', 'Noto Color Emoji', sans-serif; color: #dbdee1 }
main { width: 860px; padding: 12px 20px }
h1 { font-size: 13px; color: #949ba4; border-bottom: 1px solid #3f4147; padding: 18px 0 4px; margin: 0 0 8px }
h2 { font-size: 20px; color: #f2f3f5; margin: 0 0 12px } h3 { margin: 4px 0; color: #f2f3f5 }
.message { display: flex; gap: 14px; padding: 8px 0 }
.private { background: #2e3035; border-left: 2px solid #5865f2; padding-left: 10px }
.face { flex: none; width: 40px; height: 40px; border-radius: 50%; background: #3ba55c; color: #fff; font-weight: 700; text-align: center; line-height: 40px }
.face.bot { background: #1b3a4b }
.body { min-width: 0; flex: 1 }
.name b { color: #f2f3f5 } .app { font-size: 10px; background: #5865f2; color: #fff; border-radius: 3px; padding: 1px 4px }
s { text-decoration: none; color: #949ba4; font-size: 12px }
.only { font-size: 12px; color: #949ba4 } .reply { font-size: 13px; color: #b5bac1 }
.box { border: 1px solid #3f4147; border-left: 4px solid #4e5058; border-radius: 8px; background: #2b2d31; padding: 12px 14px; margin: 4px 0; max-width: 560px; overflow-wrap: anywhere }
.text { margin: 4px 0 } .small { font-size: 12px; color: #949ba4 } .small b { color: #b5bac1 }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 2px }
.button { background: #4e5058; color: #fff; border-radius: 4px; font-size: 14px; font-weight: 600; padding: 5px 14px }
.button.danger { background: #da373c } .button.primary { background: #5865f2 } .button.success { background: #248046 }
code { font: 13px 'DejaVu Sans Mono', monospace; background: #1e1f22; border-radius: 3px; padding: 1px 4px }
pre { font: 13px/1.35 'DejaVu Sans Mono', monospace; background: #1e1f22; border: 1px solid #232428; border-radius: 4px; padding: 8px; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere }
a { color: #00a8fc } mark { background: #5865f233; color: #c9cdfb; border-radius: 3px } blockquote { border-left: 4px solid #4e5058; margin: 0; padding-left: 8px }
.file { background: #2b2d31; border: 1px solid #3f4147; border-radius: 8px; padding: 8px 12px; width: 320px; margin: 4px 0 }
.thread { margin: 4px 0 4px 54px; border-left: 2px solid #4e5058; padding-left: 14px }
.modal { background: #313338; border: 1px solid #1e1f22; border-radius: 8px; padding: 20px; width: 440px; box-shadow: 0 4px 16px #000a }
.field { margin: 12px 0 } .label { font-weight: 600; color: #f2f3f5 } .hint { font-size: 13px; color: #949ba4 }
.input { background: #1e1f22; border-radius: 4px; padding: 8px 10px; margin: 4px 0; min-height: 20px }
.drop { border: 1px dashed #4e5058; border-radius: 4px; padding: 14px; text-align: center; color: #949ba4; margin: 4px 0 }
.choices { background: #2b2d31; border-radius: 8px; padding: 6px; width: 560px } .choices div { padding: 6px 10px } .unknown { color: #f23f43 }
`
