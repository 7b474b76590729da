import assert from "node:assert/strict";
import { type Link, LINKS, openLink } from "../pipeline/link/mod.ts";

interface Note {
  readonly n: number;
}

type Ends = readonly [Link<Note, Note>, Link<Note, Note>];

/** Every kind of link keeps the same promises. */
for (const kind of Object.keys(LINKS) as (keyof typeof LINKS)[]) {
  const open = (signal: AbortSignal): Promise<Ends> => {
    const { port1, port2 } = new MessageChannel();
    return Promise.all([
      openLink<Note, Note>(kind, port1, signal),
      openLink<Note, Note>(kind, port2, signal),
    ]);
  };

  Deno.test(`${kind}: messages come in order, both ways at once`, async () => {
    const [a, b] = await open(new AbortController().signal);
    const count = 1000;
    const send = async (link: Link<Note, Note>) => {
      for (let n = 0; n < count; n++) await link.send({ n });
      await link.close();
    };
    const receive = async (link: Link<Note, Note>) => {
      const numbers: number[] = [];
      for (;;) {
        const note = await link.receive();
        if (note === null) return numbers;
        numbers.push(note.n);
      }
    };
    const [, , atA, atB] = await Promise.all([
      send(a),
      send(b),
      receive(a),
      receive(b),
    ]);
    const expected = Array.from({ length: count }, (_, n) => n);
    assert.deepEqual(atA, expected);
    assert.deepEqual(atB, expected);
  });

  Deno.test(`${kind}: a receiver that comes late misses nothing`, async () => {
    const [a, b] = await open(new AbortController().signal);
    for (let n = 0; n < 5; n++) await a.send({ n });
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (let n = 0; n < 5; n++) assert.deepEqual(await b.receive(), { n });
    await Promise.all([a.close(), b.close()]);
    assert.equal(await b.receive(), null);
    assert.equal(await b.receive(), null, "closed stays closed");
    assert.equal(await a.receive(), null);
  });

  Deno.test(`${kind}: shared memory is shared, not copied`, async () => {
    const { port1, port2 } = new MessageChannel();
    const { signal } = new AbortController();
    type Shared = { readonly memory: SharedArrayBuffer };
    const [a, b] = await Promise.all([
      openLink<Shared, Shared>(kind, port1, signal),
      openLink<Shared, Shared>(kind, port2, signal),
    ]);
    const memory = new SharedArrayBuffer(8);
    await a.send({ memory });
    const there = await b.receive();
    new Float64Array(memory)[0] = 42;
    assert.equal(new Float64Array(there!.memory)[0], 42);
    await Promise.all([a.close(), b.close()]);
    await Promise.all([a.receive(), b.receive()]);
  });

  Deno.test(`${kind}: an abort ends whoever waits`, async () => {
    const abort = new AbortController();
    const [a, b] = await open(abort.signal);
    const waiting = assert.rejects(a.receive(), /stopped/);
    abort.abort(new Error("stopped"));
    await waiting;
    await assert.rejects(async () => await b.receive(), /stopped/);
  });
}
