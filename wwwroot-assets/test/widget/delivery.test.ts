import assert from "node:assert/strict";
import { afterEach, before, beforeEach, test } from "node:test";
import { Connection } from "../../src/widget/connection.ts";
import { exclusivelyIn } from "../../src/widget/exclusive.ts";
import { Outbox } from "../../src/widget/outbox.ts";
import { Sender } from "../../src/widget/sender.ts";
import { Server } from "../../src/widget/server.ts";
import { isDisowned, Session } from "../../src/widget/session.ts";
import { Store } from "../../src/widget/store.ts";
import { record } from "../../src/widget/wire.ts";
import { MemoryArea } from "./memory-area.ts";
import { StandIn } from "./stand-in.ts";

let stand: StandIn;
let base = "";
let area: MemoryArea;

before(() => {
  Object.assign(globalThis, { addEventListener: () => {} });
});

beforeEach(async () => {
  stand = new StandIn();
  base = await stand.listen();
  area = new MemoryArea();
});

// Not after(): on Node 20 that waits for the server it should close.
afterEach(() => stand.close());

/** The parts of one tab that do not need a page. */
function tab() {
  const store = new Store("n:", area);
  const exclusively = exclusivelyIn(store, "n:", undefined);
  const session = new Session(`${base}/api/v1/widget/acme/sessions`, store, exclusively);
  const server = new Server(base, "acme", session);
  const outbox = new Outbox(store);
  return { session, server, outbox, sender: new Sender(outbox, (key, text) => server.send(key, text), exclusively) };
}

async function until(done: () => boolean): Promise<void> {
  for (let i = 0; i < 800 && !done(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.ok(done());
}

const arrived = (): (string | null)[] => [...stand.visitors.values()].flatMap((visitor) => visitor.messages.map((message) => message.text));

test("Two tabs make one visitor, and send each message once, in order", async () => {
  const [one, two] = [tab(), tab()];
  stand.faults.set("POST messages", { status: 0, lose: true, times: 1 });
  one.outbox.add("a", "k1");
  one.outbox.add("b", "k2");
  two.outbox.add("c", "k3");
  await Promise.all([one.sender.wake(), two.sender.wake()]);
  await until(() => one.outbox.waiting().length === 0);
  assert.deepEqual(arrived(), ["a", "b", "c"]);
  assert.equal(stand.visitors.size, 1);
});

test("A busy server is asked again when it said, a refusal is not sent again by itself", async () => {
  const { outbox, sender } = tab();
  stand.faults.set("POST messages", { status: 429, retryAfter: 1, times: 1 });
  stand.settings["text_limit"] = 3;
  outbox.add("long", "k1");
  outbox.add("ok", "k2");
  const started = Date.now();
  await sender.wake();
  await sender.wake();
  assert.deepEqual(arrived(), []);
  await until(() => outbox.waiting().length === 0);
  assert.ok(Date.now() - started >= 990);
  assert.deepEqual(arrived(), ["ok"]);
  assert.deepEqual(outbox.list().map((entry) => [entry.state, entry.code]), [["failed", "too_long"], ["acknowledged", null]]);
});

test("Only a token the server disowns is replaced", async () => {
  const { session, server } = tab();
  await server.send("k1", "a");
  const token = session.token;
  stand.faults.set("POST messages", { status: 401, code: "other", times: 1 });
  await assert.rejects(server.send("k2", "b"));
  assert.equal(session.token, token);
  let replaced = 0;
  session.onReplaced = () => replaced++;
  stand.visitors.clear();
  await server.send("k2", "b");
  assert.notEqual(session.token, token);
  assert.equal(replaced, 1);
  assert.deepEqual(arrived(), ["b"]);
});

test("Whom the site vouches for is the same in every browser, and who only says so is nobody", async (run) => {
  run.mock.method(console, "warn", () => {});
  const ann = { user_id: "ann", hash: "hash of ann" };
  const phone = tab();
  await phone.server.send("k1", "before");
  await phone.session.become(ann);
  await phone.server.send("k2", "signed in");
  area = new MemoryArea();
  const desk = tab();
  await desk.session.become(ann);
  assert.deepEqual((await desk.server.history(null)).items.map((message) => message.text), ["signed in"]);
  const token = desk.session.token;
  await desk.session.become(ann);
  assert.equal(desk.session.token, token);

  await desk.session.become({ user_id: "ann", hash: "made up" });
  assert.deepEqual([(await desk.server.history(null)).items.length, desk.session.verified], [0, false]);
  await desk.session.become(ann);
  stand.faults.set("POST sessions", { status: 503 });
  await assert.rejects(desk.session.become({ user_id: "bob", hash: "hash of bob" }));
  assert.equal(desk.session.token, null);
  stand.faults.clear();
  await desk.server.send("k3", "from Bob");
  assert.equal([...stand.visitors.values()].find((visitor) => visitor.user === "bob")?.messages.length, 1);
});

test("Nothing is missed or doubled over cuts, refusals and polling", async (run) => {
  const { session, server } = tab();
  await session.ensure();
  const visitor = stand.only();
  const got: unknown[] = [];
  const connection = new Connection({
    catchUp: async () => (await server.history(null)).sequence,
    stream: (sequence, signal) => server.stream(sequence, signal),
    poll: (sequence, signal) => server.poll(sequence, signal),
    disowned: isDisowned,
    onEvent: ({ event, data }) => event === "message" && got.push(record(data)["text"]),
    onState: () => {},
    pollEvery: () => 100,
  });
  connection.start();
  run.after(() => connection.stop());
  await until(() => visitor.streams.size === 1);
  stand.say(visitor, "1");
  stand.dropStreams();
  stand.say(visitor, "2");
  await until(() => got.length === 2);
  await until(() => visitor.streams.size === 1);
  stand.faults.set("GET stream", { status: 503, times: 2 });
  stand.dropStreams();
  stand.say(visitor, "3");
  await until(() => got.length === 3);
  stand.say(visitor, "4");
  await until(() => got.length === 4);
  assert.deepEqual(got, ["1", "2", "3", "4"]);
  assert.ok(stand.requests.some((request) => request.path.startsWith("stream?since=")));
  assert.ok(stand.requests.every((request) => !request.path.includes("token")));
});
