import { defaultProvider } from '@aws-sdk/credential-provider-node'
import { createRenewed } from './renewed.ts'
import { assumeRole } from './role.ts'

export interface AwsOptions {
  /** The long-lived key, both halves. Without it, what the SDK finds: environment, profile, the instance's own role. */
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  /** With a key that is itself short-lived. */
  readonly sessionToken?: string
  readonly region: string
  /** For everything that is not AWS itself: `http://127.0.0.1:8000`. STS is asked there, too. */
  readonly endpoint?: string
  /** Twelve digits. Empty where the service has no accounts (Ceph). */
  readonly stsAccount?: string
  /** A role's name, or its whole ARN. With a role the key above is used for nothing but taking it on. */
  readonly stsRole?: string
  /** 900 to 43,200; what the role allows is often 3,600. */
  readonly durationSeconds?: number
  /** JSON, 2,048 characters at most. The session may do what both the role and this allow. */
  readonly sessionPolicy?: string
  /** Default `rai`. */
  readonly sessionName?: string
}

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** Absent where they do not expire. */
  readonly expiration?: Date
}

/** What every AWS client of this process is made with. */
export interface AwsClientOptions {
  readonly region: string
  readonly endpoint?: string
  /** Rejects with a `ProviderError` when the role cannot be taken on. */
  readonly credentials: () => Promise<AwsCredentials>
  readonly maxAttempts: number
  readonly requestHandler: { readonly connectionTimeout: number; readonly socketTimeout: number }
}

/**
 * Options for the SDK's clients. Clients that are made with the same result share one session of the role, which is
 * renewed before it ends. When it cannot be renewed they fail: they never fall back to the long-lived key.
 */
export function awsClientOptions(options: AwsOptions): AwsClientOptions {
  silenceVersionNotice()
  const { region, endpoint, stsRole } = options
  const own = ownCredentials(options)
  const base = {
    region,
    ...(endpoint && { endpoint }),
    maxAttempts: 3,
    // Longer than the longest long poll of SQS, 20 s.
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000 },
  }
  if (!stsRole) return { ...base, credentials: own }
  const { durationSeconds = 900, stsAccount = '', sessionPolicy, sessionName = 'rai' } = options
  const role = {
    client: { ...base, credentials: own },
    roleArn: stsRole.startsWith('arn:') ? stsRole : `arn:aws:iam::${stsAccount}:role/${stsRole}`,
    durationSeconds,
    sessionName,
    ...(sessionPolicy && { sessionPolicy }),
  }
  const credentials = createRenewed({
    renew: () => assumeRole(role),
    expiresAt: ({ expiration }) => expiration?.getTime() ?? Number.POSITIVE_INFINITY,
    // The SDK itself asks again from five minutes before the end.
    beforeMs: Math.min(600_000, durationSeconds * 500),
  })
  return { ...base, credentials }
}

function ownCredentials({ accessKeyId, secretAccessKey, sessionToken }: AwsOptions): AwsClientOptions['credentials'] {
  if (accessKeyId === undefined || secretAccessKey === undefined) return defaultProvider()
  return async () => ({ accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) })
}

/**
 * The SDK prints a notice that versions of 2027 will need Node 22. Ours are pinned, and students' terminals are no place
 * for it. This variable is the SDK's own switch (https://a.co/c895JFp); it reads it when the first client is made.
 */
function silenceVersionNotice(): void {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
}
