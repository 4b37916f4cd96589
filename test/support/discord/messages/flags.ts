import { MessageFlags } from 'discord.js'

export const ephemeral: number = MessageFlags.Ephemeral
export const loading: number = MessageFlags.Loading
export const componentsV2: number = MessageFlags.IsComponentsV2
export const hasThread: number = MessageFlags.HasThread

/** What a request may set; everything else of it is dropped, as Discord does. */
export const settable: number = MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | componentsV2
