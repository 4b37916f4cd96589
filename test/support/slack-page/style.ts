/** Slack's desktop client in its light theme, from memory. */
export const style = `
body { margin: 0; background: #fff; font: 15px/1.46 Lato, 'DejaVu Sans', 'Liberation Sans', 'Noto Color Emoji', sans-serif; color: #1d1c1d }
main { width: 860px; padding: 12px 20px }
h1 { font-size: 13px; color: #616061; border-bottom: 1px solid #ddd; padding: 18px 0 4px; margin: 0 0 8px }
h2 { font-size: 20px; margin: 0 0 12px } h3 { margin: 4px 0 }
.message { display: flex; gap: 10px; padding: 7px 0 }
.reply { margin-left: 48px; border-left: 2px solid #eee; padding-left: 12px }
.ephemeral { background: #fdf9ec }
.face { flex: none; width: 36px; height: 36px; border-radius: 6px; background: #7c9; color: #fff; font-weight: 700; text-align: center; line-height: 36px }
.face.bot { background: #1b3a4b }
.body { min-width: 0; flex: 1 }
.app { font-size: 10px; background: #e8e8e8; color: #616061; border-radius: 2px; padding: 1px 3px }
s { text-decoration: none; color: #616061; font-size: 12px }
.only { font-size: 12px; color: #616061 }
.section { display: flex; gap: 16px; margin: 4px 0; overflow-wrap: anywhere } .section > .text { flex: 1; min-width: 0 }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 16px }
.context { font-size: 12.5px; color: #616061; margin: 4px 0; overflow-wrap: anywhere }
.actions { display: flex; gap: 8px; margin: 8px 0 4px }
.button { display: inline-block; border: 1px solid #bbb; border-radius: 8px; font-weight: 700; font-size: 14px; padding: 4px 12px }
.button.danger { color: #e01e5a; border-color: #e01e5a } .button.primary { background: #007a5a; border-color: #007a5a; color: #fff }
code { font: 12px 'DejaVu Sans Mono', monospace; color: #c01343; background: #f6f6f6; border: 1px solid #ddd; border-radius: 3px; padding: 1px 3px }
pre { font: 12px/1.5 'DejaVu Sans Mono', monospace; background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere }
a { color: #1264a3 } hr { border: 0; border-top: 1px solid #ddd; margin: 8px 0 }
.file { border: 1px solid #ddd; border-radius: 8px; padding: 8px 12px; width: 320px; margin: 4px 0 }
.modal { border: 1px solid #ccc; border-radius: 8px; padding: 20px; width: 520px; box-shadow: 0 4px 12px #0003 }
.field { margin: 12px 0 } .label { font-weight: 700 } .hint { font-size: 13px; color: #616061 }
.input { border: 1px solid #999; border-radius: 4px; padding: 6px 10px; margin: 4px 0; min-height: 20px }
`
