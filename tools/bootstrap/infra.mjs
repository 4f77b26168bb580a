/** Whether a server runs as a child of ours: not when its address is given, and not when a container engine runs them. */
export function runsEmbedded(address) {
  return !process.env[address] && process.env['RECAPITO_INFRA'] !== 'containers';
}
