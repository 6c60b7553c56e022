// @walletpass/pass-js as its README describes it: one template with everything shared, one pass per serial number.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Template } from "@walletpass/pass-js";
import { answer } from "./slices.mjs";

const folder = process.argv[2];
const template = await Template.load(join(folder, "pass"));
for (const name of readdirSync(join(folder, "pass")).filter((name) => name.endsWith(".lproj"))) {
  await template.localization.addFile(name.replace(".lproj", ""), join(folder, "pass", name, "pass.strings"));
}
template.setCertificate(readFileSync(join(folder, "leaf.pem"), "utf8"));
template.setPrivateKey(readFileSync(join(folder, "key.pem"), "utf8"));

let serial = 0;
await answer(() => template.createPass({ serialNumber: String((serial += 1)) }).asBuffer());
