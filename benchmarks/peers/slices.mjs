// Answers requests on standard input, one JSON per line: {"seconds": s} builds for that much processor time, {"write": path} once.
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

export async function answer(build) {
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    console.log(JSON.stringify(request.write ? await write(build, request.write) : await slice(build, request.seconds)));
  }
}

async function write(build, path) {
  const bytes = await build();
  writeFileSync(path, bytes);
  return { bytes: bytes.length };
}

async function slice(build, seconds) {
  const start = process.cpuUsage();
  let count = 0;
  let passed = 0;
  while (passed < seconds) {
    await build();
    count += 1;
    const used = process.cpuUsage(start);
    passed = (used.user + used.system) / 1e6;
  }
  return { count, seconds: passed };
}
