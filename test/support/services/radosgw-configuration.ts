export interface CephPlace {
  readonly folder: string
  readonly fsid: string
  readonly monitorPort: number
  readonly gatewayPort: number
}

/**
 * Everything in one folder and on loopback, in memory, unreplicated, and agreed upon at once instead of once a second.
 * The disk does not enter itself into the map: it would now and then ask before it knew the cluster ("wrong fsid").
 */
export function cephConfiguration({ folder, fsid, monitorPort, gatewayPort }: CephPlace): string {
  return `[global]
fsid = ${fsid}
mon host = v1:127.0.0.1:${monitorPort}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr2 = false
ms bind ipv6 = false
auth cluster required = none
auth service required = none
auth client required = none
paxos propose interval = 0.05
paxos min wait = 0.01
mon tick interval = 1
mon allow pool size one = true
mon max pg per osd = 1000
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd crush update on start = false
osd class update on start = false
osd objectstore = memstore
memstore device bytes = 2147483648
mon data = ${folder}/mon
osd data = ${folder}/osd
osd journal =
rgw data = ${folder}/rgw
run dir = ${folder}
crash dir = ${folder}
keyring = ${folder}/keyring
admin socket =
pid file =
log to file = false
mon cluster log to file = false
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort}
rgw sts key = abcdefghijklmnop
rgw s3 auth use sts = true
rgw lc debug interval = 2
rgw thread pool size = 32
`
}
