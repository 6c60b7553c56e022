// The counter: camera, hand scanner and typed codes lead to one card; one tap stamps it.

import { Camera } from "./counter/camera";
import { Counter } from "./counter/counter";
import { listenForScanner } from "./counter/handscanner";
import { element, Screen } from "./counter/screen";
import { Signals } from "./counter/signals";

const screen = new Screen();
const signals = new Signals(element("sound"));
const counter = new Counter(screen, signals);

listenForScanner((code) => void counter.take(code));
new Camera(screen, (code) => void counter.take(code)).start();
