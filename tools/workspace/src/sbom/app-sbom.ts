import { bundledPackages } from './bundled-packages.ts';
import { npmSbom, type Sbom } from './npm-sbom.ts';

/**
 * The CycloneDX document of an app's bundle: the packages of which the bundle has a part. It has neither a number of its own nor a time, so
 * that the same sources make the same document.
 *
 * @param app its folder @param inputs the files in the bundle, as esbuild lists them
 */
export async function appSbom(app: string, inputs: readonly string[], version: string): Promise<Sbom> {
  const { serialNumber: _number, metadata, ...sbom } = await npmSbom([app]);
  const { timestamp: _time, component, ...origin } = metadata;
  const bundled = bundledPackages(inputs);
  const isBundled = (ref: string): boolean => bundled.has(ref) || ref === component['bom-ref'];
  return {
    ...sbom,
    metadata: { ...origin, component: { ...component, name: app, version } },
    components: sbom.components.filter((one) => isBundled(one['bom-ref'])),
    dependencies: sbom.dependencies
      .filter(({ ref }) => isBundled(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(isBundled) })),
  };
}
