/**
 * The names a build file may have, in order of preference: the configured one, then the same with the other ending
 * and the other separator, because files from 2016 are called `rai-build.yml`.
 *
 * @param baseName `client.build_file`, with or without ending: `rai_build`.
 */
export function buildFileNames(baseName = 'rai_build'): readonly string[] {
  const stem = baseName.replace(/\.ya?ml$/i, '')
  const stems = [stem, stem.replaceAll('-', '_'), stem.replaceAll('_', '-')]
  const ending = /\.yaml$/i.test(baseName) ? ['.yaml', '.yml'] : ['.yml', '.yaml']
  return [...new Set(stems.flatMap((name) => ending.map((end) => `${name}${end}`)))]
}
