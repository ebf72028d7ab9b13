import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerError } from "../../src/widget/http.ts";
import { accepted, refusal } from "../../src/widget/picking.ts";
import { Uploads } from "../../src/widget/uploads.ts";

const file = (name: string, type = "image/png", size = 3): File => new File([new Uint8Array(size)], name, { type });

function given(send: (name: string, signal: AbortSignal) => Promise<void>) {
  const waits: number[] = [];
  const uploads = new Uploads(({ file: { name } }, _progress, signal) => send(name, signal), Date.now, async (ms) => void waits.push(ms));
  return { uploads, waits };
}

async function settled(uploads: Uploads): Promise<void> {
  for (let i = 0; i < 200 && uploads.busy; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.ok(!uploads.busy);
}

test("Files go one after another, and again under their key while nobody answers", async () => {
  const tries: string[] = [];
  const { uploads, waits } = given(async (name) => {
    tries.push(name);
    if (tries.length < 3) {
      throw new ServerError(tries.length === 1 ? 0 : 429, "x", tries.length === 1 ? null : 700);
    }
  });
  uploads.add(file("a.png"), null);
  uploads.add(file("b.png"), null);
  const keys = uploads.list().map((upload) => upload.clientKey);
  await settled(uploads);
  assert.deepEqual(tries, ["a.png", "a.png", "a.png", "b.png"]);
  assert.equal(waits[1], 700);
  assert.deepEqual(uploads.list().map((upload) => [upload.clientKey, upload.state]), keys.map((key) => [key, "acknowledged"]));
  uploads.confirm(keys[0]!);
  assert.deepEqual(uploads.list().map((upload) => upload.clientKey), [keys[1]]);
});

test("What the server refuses stays with its reason, and is not sent again by itself", async () => {
  let tries = 0;
  const { uploads } = given(async () => {
    tries++;
    throw new ServerError(422, "media_type_refused");
  });
  uploads.add(file("a.png"), null);
  uploads.add(file("b.exe"), "media_type_refused");
  await settled(uploads);
  assert.equal(tries, 1);
  assert.deepEqual(uploads.list().map((upload) => [upload.state, upload.code]), [["failed", "media_type_refused"], ["failed", "media_type_refused"]]);
});

test("What is taken out while it is on its way stops, and the next one goes", async () => {
  const sent: string[] = [];
  const { uploads } = given((name, signal) => name === "a.png"
    ? new Promise((_, reject) => signal.addEventListener("abort", () => reject(new ServerError(0, "network"))))
    : Promise.resolve().then(() => void sent.push(name)));
  uploads.add(file("a.png"), null);
  uploads.add(file("b.png"), null);
  uploads.remove(uploads.list()[0]!.clientKey);
  await settled(uploads);
  assert.deepEqual(sent, ["b.png"]);
});

test("A chosen file is judged by what the chat takes", () => {
  const limits = { image: { bytes: 10, types: ["image/png"] }, document: { bytes: 10, types: ["application/pdf", "text/plain"] } };
  assert.equal(refusal(file("a.png"), limits), null);
  assert.equal(refusal(file("a.png", "image/png", 11), limits), "media_too_large");
  assert.equal(refusal(file("a.png", "image/png", 0), limits), "empty");
  assert.equal(refusal(file("a.svg", "image/svg+xml"), limits), "media_type_refused");
  assert.equal(refusal(file("a.mp4", "video/mp4"), limits), "media_type_refused");
  assert.equal(refusal(file("a.exe", ""), limits), "media_type_refused");
  assert.equal(refusal(file("a.csv", "application/vnd.ms-excel"), limits), null);
  assert.ok(accepted(limits).startsWith("image/png,application/pdf,"));
});
