// What another reader of C2PA than the reference makes of files, as a line of JSON each. Knows files alone.
import { readFile } from "node:fs/promises";
import { BMFF, JPEG, PNG } from "@trustnxt/c2pa-ts/asset";
import { SuperBox } from "@trustnxt/c2pa-ts/jumbf";
import { ManifestStore, ValidationResult } from "@trustnxt/c2pa-ts/manifest";
import { WebP } from "./webp.mjs";

const KINDS = [PNG, JPEG, BMFF, WebP];

async function told(content) {
  const Kind = KINDS.find((each) => each.canRead(content));
  if (!Kind) return { readable: false };
  const asset = new Kind(content);
  const box = asset.getManifestJUMBF();
  if (!box) return { readable: true, manifest: false };
  const store = ManifestStore.read(SuperBox.fromBuffer(box));
  const result = await store.validate(asset).catch((error) => ValidationResult.fromError(error));
  const manifest = store.getActiveManifest();
  const assertions = manifest.assertions.assertions;
  const actions = assertions.filter((each) => each.label.startsWith("c2pa.actions")).flatMap((each) => each.actions);
  return {
    readable: true,
    manifest: true,
    manifests: store.manifests.length,
    valid: result.isValid,
    failures: result.statusEntries.filter((each) => !each.success).map((each) => each.code),
    generator: manifest.claim.claimGeneratorInfo ?? manifest.claim.claimGeneratorName,
    labels: assertions.map((each) => each.fullLabel),
    actions: actions.map(({ action, digitalSourceType, softwareAgent }) => ({ action, digitalSourceType, softwareAgent })),
  };
}

for (const name of process.argv.slice(2)) console.log(JSON.stringify(await told(await readFile(name))));
