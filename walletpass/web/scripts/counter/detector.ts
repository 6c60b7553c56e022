// QR codes in pictures: by the browser where it can, else by the package `qr`.

import { BarcodeDetector as OurDetector } from "qr/decode.js";

export interface Detector {
  detect(picture: HTMLCanvasElement): Promise<{ rawValue: string }[]>;
}

interface DetectorClass {
  new (options: { formats: ["qr_code"] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

export async function newDetector(): Promise<Detector> {
  const native = (window as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  const formats = await native?.getSupportedFormats().catch(() => []);
  const works = native && (formats as readonly string[]).includes("qr_code");
  return new (works ? native : OurDetector)({ formats: ["qr_code"] });
}
