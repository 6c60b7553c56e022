// passkit-generator as its README describes it: files held as buffers, one PKPass per serial number.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PKPass } from "passkit-generator";
import { answer } from "./slices.mjs";

const folder = process.argv[2];
const names = readdirSync(join(folder, "pass"), { recursive: true }).filter((name) => /\.\w+$/.test(name) && !name.endsWith(".lproj"));
const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, "pass", name))]));
const read = (name) => readFileSync(join(folder, name), "utf8");
const certificates = { wwdr: read("intermediate.pem"), signerCert: read("leaf.pem"), signerKey: read("key.pem") };

let serial = 0;
await answer(() => new PKPass(files, certificates, { serialNumber: String((serial += 1)) }).getAsBuffer());
